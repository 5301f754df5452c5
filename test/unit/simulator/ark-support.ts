// One valid call of Ark, for tests to bend. Written from the protocol, independent of the code of the simulator and of
// the client.

import type { Simulator } from "#test/simulator/app.ts";
import type { ArkCallState } from "#test/simulator/ark/state.ts";

export type ArkCloud = "cn" | "ap" | "eu";

export const arkHosts = {
  cn: "ark.cn-beijing.volces.com",
  ap: "ark.ap-southeast.bytepluses.com",
  eu: "ark.eu-west.bytepluses.com",
} as const;

export const models = {
  "5.5": "dola-seedream-5-5-261028",
  pro: "dola-seedream-5-0-pro-260628",
  flash: "dola-seedream-5-0-flash-260915",
  lite: "seedream-5-0-260128",
  "4.5": "seedream-4-5-251128",
  "4.0": "seedream-4-0-250828",
} as const;

export type Fields = Record<string, unknown>;

export type ArkCallOptions = {
  cloud?: ArkCloud;
  key?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

type Client = Pick<Simulator, "fetch">;

/** A field that is undefined is left out. */
export function callArk(client: Client, fields: Fields = {}, options: ArkCallOptions = {}): Promise<Response> {
  const { cloud = "ap", key = `demo-key-${cloud}-simulator`, headers, signal } = options;
  const body = { model: models.flash, prompt: "a lighthouse", ...fields };
  return client.fetch(`https://${arkHosts[cloud]}/api/v3/images/generations`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

export type ArkSlot = {
  url?: string;
  b64_json?: string;
  size?: string;
  output_format?: string;
  background?: string;
  error?: { code: string; message: string };
};
export type ArkAnswer = {
  model: string;
  created: number;
  data: ArkSlot[];
  usage: Record<string, unknown>;
  tools?: unknown;
};
export type ArkErrorBody = { error: { code: string; message: string; param: string; type: string } };

export async function answerOf(response: Response | Promise<Response>): Promise<ArkAnswer> {
  return (await (await response).json()) as ArkAnswer;
}

/** `<status> <code>`, for short expectations. */
export async function refusalOf(response: Response | Promise<Response>): Promise<string> {
  const awaited = await response;
  const { error } = (await awaited.json()) as ArkErrorBody;
  return `${awaited.status} ${error.code}`;
}

export async function linkOf(response: Response | Promise<Response>): Promise<string> {
  const [slot] = (await answerOf(response)).data;
  return slot?.url ?? "";
}

export function ledgerOf(simulator: Simulator): ArkCallState[] {
  return simulator.state().ark.ledger;
}

export async function sampleUrl(simulator: Simulator, name: string, type = "image/png"): Promise<string> {
  const bytes = await sampleBytes(simulator, name);
  return `data:${type};base64,${bytes.toString("base64")}`;
}

export async function sampleBytes(simulator: Simulator, name: string): Promise<Buffer> {
  const response = await simulator.fetch(`http://127.0.0.1/_samples/${name}`);
  return Buffer.from(await response.arrayBuffer());
}

/** The events of a stream, as name and data; the closing `[DONE]` has no name. */
export function eventsIn(text: string): { event: string | undefined; data: unknown }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const line = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const data = line("data") ?? "";
      return { event: line("event"), data: data.startsWith("{") ? JSON.parse(data) : data };
    });
}

/** Waits until the simulator has accepted this many calls. */
export async function accepted(simulator: Simulator, count = 1): Promise<void> {
  while (ledgerOf(simulator).length < count) await settle();
}

/** Whether the promise is pending after everything that needs no timer has happened. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const end = () => {
    isSettled = true;
  };
  promise.then(end, end);
  for (let turn = 0; turn < 3; turn += 1) await settle();
  return !isSettled;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
