/** Batches on a stage: creating, polling and playing them to their end. */
import { call, type Stage } from "./stage.ts";

export const batchesPath = "/v1/images/batches";

export type BatchAnswer = {
  id: string;
  status: string;
  request_counts: Record<"total" | "waiting" | "processing" | "completed" | "failed" | "cancelled", number>;
  paused_reason?: { code: string };
  invalid_requests?: { line: number; custom_id: string | null; param: string | null; code: string; message: string }[];
  error?: { code: string; message: string; param: string | null };
};

export type ResultLine = {
  custom_id: string;
  line: number;
  task_id: string;
  status: string;
  images: { url: string; width: number; height: number; bytes: number; content_type: string }[];
  error?: { code: string };
};

/** Requests for one small image each, with different prompts. */
export const someRequests = (count: number, change: (index: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ custom_id: `c${index}`, prompt: `a lighthouse, number ${index}`, resolution: "1k", n: 1 },
    ...change(index),
  }));

const headersOf = (session: string) => ({ authorization: `Bearer ${session}` });

export function batchCalls(stage: Stage, session = stage.session) {
  const headers = headersOf(session);
  const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json();
  const post = (path: string, body?: unknown, extra: Record<string, string> = {}) =>
    call(`${batchesPath}${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", ...extra },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const get = (path: string) => call(`${batchesPath}${path}`, { headers });
  const view = (id: string) => json<BatchAnswer>(get(`/${id}`));

  return {
    post,
    get,
    view,
    create: (requests: object[], extra: Record<string, string> = {}) =>
      json<BatchAnswer>(post("", { requests }, extra)),
    change: (id: string, action: string) => json<BatchAnswer>(post(`/${id}/${action}`)),
    async results(id: string): Promise<ResultLine[]> {
      // The runtime takes only `text/…` and JSON for text.
      const text = new TextDecoder().decode(await (await get(`/${id}/results`)).arrayBuffer());
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    },
    /** Runs messages and alarms until the batch has ended, or this says so. */
    async end(id: string, isEnough: (batch: BatchAnswer) => boolean = () => false): Promise<BatchAnswer> {
      for (let moves = 0; moves < 3_000; moves += 1) {
        const batch = await view(id);
        if (["completed", "cancelled"].includes(batch.status) || isEnough(batch)) return batch;
        if (!(await stage.move())) throw new Error(`nothing is under way for ${id}, which is ${batch.status}`);
      }
      throw new Error(`${id} did not end`);
    },
  };
}
