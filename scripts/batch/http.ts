/** Calls of the server, repeated where that helps. A credential is sent to this server only, and is in no message. */
import { callTimeoutMs } from "./limits.ts";
import { PassingFault, retrying } from "./retrying.ts";
import type { World } from "./world.ts";

type Request = {
  method?: "GET" | "POST";
  path: string;
  body?: string;
  headers?: Record<string, string>;
  patience?: number;
  /** Asked before the call is repeated; true: the fault concerned the answer only, and there is nothing to read. */
  isTaken?: (() => Promise<boolean>) | undefined;
};

/** `read` takes the answer's body; a fault while it reads repeats the call. */
export type Call = <T>(request: Request, read: (answer: Response) => Promise<T>) => Promise<T>;

/** The server said no. `body` is what it sent. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(messageOf(status, body));
    this.status = status;
    this.body = body;
  }
}

export const createCall =
  (world: World, { url, credential }: { url: string; credential: string }): Call =>
  ({ method = "GET", path, body, headers = {}, patience, isTaken }, read) => {
    let isRepeated = false;
    return retrying(world, { what: `The server ${url}`, patience, next: nextStep(patience) }, async () => {
      if (isRepeated && (await isTaken?.())) return read(new Response());
      isRepeated = true;
      const signal = AbortSignal.timeout(callTimeoutMs);
      const own: Record<string, string> = credential === "" ? {} : { authorization: `Bearer ${credential}` };
      const answer = await passing(() =>
        world.fetch(`${url}${path}`, { method, body, signal, headers: { ...headers, ...own } }),
      );
      if (!answer.ok) throw await faultOf(answer, world.now());
      return passing(() => read(answer));
    });
  };

/** A call with a patience of its own comes before anything was sent. */
const nextStep = (patience: number | undefined): string =>
  patience === undefined
    ? "Start again with the same arguments to go on."
    : "Is it running (npm start)? Is --url right?";

/** Network faults have their reason in the cause; anything else that fetch throws is one as well. */
export async function passing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PassingFault(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error.message === "" ? (code ?? error.name) : error.message;
}

const repeatable = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What a refused answer means: the server's own word on repeating goes before the status. */
export async function faultOf(answer: Response, now: number): Promise<Error> {
  const { status, headers } = answer;
  const text = await passing(() => answer.text());
  const body = jsonIn(text);
  const refusal = new Refusal(status, body);
  const word = headers.get("x-should-retry");
  const repeats = word === "true" || (repeatable.has(status) && word !== "false");
  return repeats ? new PassingFault(refusal.message, { retryAfterMs: retryAfterMs(headers, now) }) : refusal;
}

/** Seconds or a date; null without one. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (text === "") return null;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(status: number, body: unknown): string {
  const { message, hint } = (body as { error?: { message?: string; hint?: string } } | null)?.error ?? {};
  return message === undefined ? `answered ${status}` : `${message}${hint === undefined ? "" : ` ${hint}`}`;
}
