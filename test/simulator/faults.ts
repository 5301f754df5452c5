// Faults set by the controls: the next `times` calls of an endpoint fail. A loss replaces the call, which is not
// handled; with `-after` the call is handled and its answer is lost.

import { type Answer, answerWith, html, json, plain } from "./answer.ts";
import { gzipped, retyped, stalled, truncated } from "./broken-body.ts";
import type { EndpointName } from "./endpoint-names.ts";
import { type AnyWrapper, refusedBy } from "./envelope.ts";
import { refusalWith } from "./errors.ts";
import { status } from "./life.ts";
import { isObject } from "./shape.ts";

export const losses = [
  "403",
  "404",
  "429",
  "500",
  "502",
  "503",
  "504",
  "html",
  "html-as-png",
  "broken-json",
  "empty",
  "reset",
  "hang",
] as const;
/** These handle the call and change its answer. */
export const alterations = ["missing-id", "unknown-status", "truncated", "stalled", "gzipped", "untyped"] as const;

type Loss = (typeof losses)[number];
type Alteration = (typeof alterations)[number];
type DataAlteration = "missing-id" | "unknown-status";
export type FaultName =
  | Loss
  | `${Loss}-after`
  | Alteration
  /** The answer has this content type. */
  | `type-${string}/${string}`
  /** The call is refused with this code. */
  | `ret-${number}`;

export type Fault = {
  endpoint: EndpointName;
  fault: FaultName;
  /** Number of calls that get the fault; default 1. */
  times?: number | undefined;
  /** Only calls of this session; image links have no session. */
  session?: string | undefined;
};

export type Faults = {
  add(fault: Fault): void;
  /** Removes and returns the oldest fault for such a call. */
  take(endpoint: EndpointName, session: string | undefined): FaultName | undefined;
  waiting(): Fault[];
  clear(): void;
};

export function createFaults(): Faults {
  let waiting: (Fault & { times: number })[] = [];
  return {
    add: (fault) => waiting.push({ ...fault, times: fault.times ?? 1 }),
    take(endpoint, session) {
      const next = waiting.find(
        (fault) => fault.endpoint === endpoint && (!fault.session || fault.session === session),
      );
      if (!next) return undefined;
      next.times -= 1;
      waiting = waiting.filter(({ times }) => times > 0);
      return next.fault;
    },
    waiting: () => waiting.map((fault) => ({ ...fault })),
    clear: () => {
      waiting = [];
    },
  };
}

export function isFaultName(name: unknown): name is FaultName {
  if (typeof name !== "string") return false;
  const bare = name.replace(/-after$/, "");
  return isLoss(bare) || isAlteration(name) || /^ret--?\d+$|^type-[\w.+-]+\/[\w.+-]+$/.test(name);
}

export async function applyFault(
  fault: FaultName,
  work: () => Promise<Answer>,
  { wrapper, realMs, signal }: { wrapper: AnyWrapper; realMs: number; signal: AbortSignal },
): Promise<Answer> {
  if (isAlteration(fault)) return alterAnswer(fault, await work(), signal);
  if (fault.startsWith("type-")) return retypedAnswer(await work(), fault.slice("type-".length));
  if (fault.startsWith("ret-")) return refusedBy(wrapper, refusalWith(fault.slice("ret-".length)), realMs);
  const bare = fault.replace(/-after$/, "");
  const isAfter = bare !== fault;
  const done = isAfter ? await work() : undefined;
  return isLoss(bare) ? replaceAnswer(bare, done) : (done ?? plain(500, "bad fault"));
}

function replaceAnswer(loss: Loss, done: Answer | undefined): Answer | Promise<Answer> {
  switch (loss) {
    case "reset":
    case "hang":
      return { kind: loss };
    case "html":
      return html(200, "Please wait");
    case "html-as-png":
      return retypedAnswer(html(200, "Please wait"), "image/png");
    case "empty":
      return answerWith(new Response(""));
    case "broken-json":
      return broken(done);
    case "403":
    case "404":
    case "429":
    case "500":
    case "502":
    case "503":
    case "504":
      return html(Number(loss), `${loss} from the gateway`);
  }
}

function retypedAnswer(done: Answer, type: string | null): Answer {
  return done.kind === "response" ? answerWith(retyped(done.response, type)) : done;
}

async function broken(done: Answer | undefined): Promise<Answer> {
  const whole = done?.kind === "response" ? await done.response.text() : '{"ret":"0","errmsg":"success","data":{}}';
  const half = whole.slice(0, Math.floor(whole.length / 2));
  const headers = { "content-type": "application/json; charset=utf-8" };
  return answerWith(new Response(half, { headers }));
}

async function alterAnswer(fault: Alteration, done: Answer, signal: AbortSignal): Promise<Answer> {
  if (done.kind !== "response") return done;
  if (fault === "truncated") return answerWith(await truncated(done.response));
  if (fault === "stalled") return answerWith(await stalled(done.response, signal));
  if (fault === "gzipped") return answerWith(await gzipped(done.response));
  if (fault === "untyped") return retypedAnswer(done, null);
  const body: unknown = await done.response.json();
  if (isObject(body) && isObject(body.Result)) return json(alterImagex(fault, body));
  if (!isObject(body) || !isObject(body.data)) return json(body);
  return json({ ...body, data: alterData(fault, body.data) });
}

/** An ImageX answer holds uris and upload addresses under `Result`. */
function alterImagex(fault: DataAlteration, { Result: result, ...rest }: Record<string, unknown>) {
  if (fault === "missing-id" || !isObject(result) || !Array.isArray(result.Results)) return rest;
  const Results = result.Results.map((entry) => ({ ...entry, UriStatus: status.unknown }));
  return { ...rest, Result: { ...result, Results } };
}

/** `data` holds either a submit's record under `aigc_data`, or records by id. */
function alterData(fault: DataAlteration, data: Record<string, unknown>): unknown {
  const submitted = data.aigc_data;
  if (isObject(submitted)) {
    if (fault === "unknown-status") return { ...data, aigc_data: { ...submitted, status: status.unknown } };
    const { history_record_id: _, task: __, ...rest } = submitted;
    return { ...data, aigc_data: rest };
  }
  if (fault === "missing-id") return {};
  const records = Object.entries(data).map(([id, record]) => [
    id,
    isObject(record) ? { ...record, status: status.unknown } : record,
  ]);
  return Object.fromEntries(records);
}

function isLoss(name: string): name is Loss {
  return losses.some((loss) => loss === name);
}

function isAlteration(name: string): name is Alteration {
  return alterations.some((alteration) => alteration === name);
}
