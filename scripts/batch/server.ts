/** The server's batch API, as this command uses it. */
import { type Call, Refusal, retryAfterMs } from "./http.ts";

export type BatchView = {
  id: string;
  status: "validating" | "in_progress" | "paused" | "completed" | "cancelling" | "cancelled";
  request_counts: Counts;
  eta_seconds?: number;
  estimated_credits?: number;
  /** Why nothing moves. */
  waiting_for?: string;
  paused_reason?: { code: string; message: string; hint?: string };
  invalid_requests?: InvalidRequest[];
  message?: string;
};

export type Counts = {
  total: number;
  waiting: number;
  processing: number;
  completed: number;
  failed: number;
  cancelled: number;
};

/** `line` counts from 1 within the batch. */
export type InvalidRequest = {
  line: number;
  custom_id?: string;
  param?: string | null;
  code?: string;
  message: string;
};

export type ResultImage = { url: string; width: number; height: number; bytes: number; content_type: string };

/** One line of the results. */
export type Result = {
  custom_id: string;
  line: number;
  task_id: string | null;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  images?: ResultImage[];
  partial?: boolean;
  error?: { code: string; message: string; hint?: string };
};

export type Action = "cancel" | "pause" | "resume" | "retry";

export type Server = ReturnType<typeof createServer>;

export function createServer(call: Call, now: () => number) {
  const json = async <T>(answer: Response) => (await answer.json()) as T;
  const place = (id: string) => `/v1/images/batches/${encodeURIComponent(id)}`;
  return {
    /** Whether it answers at all. @param patience how long it is waited for */
    ping: (patience: number) => call({ path: "/ping", patience }, (answer) => answer.text()),
    models: (patience: number) => call({ path: "/v1/models", patience }, json<{ data: PricedModel[] }>),
    /** The batch, or the requests that keep it from being made. Sent again with the same key, it makes no second one. */
    async create(key: string, lines: string, skipInvalid: boolean): Promise<BatchView | { invalid: InvalidRequest[] }> {
      const path = `/v1/images/batches${skipInvalid ? "?skip_invalid=true" : ""}`;
      const headers = { "content-type": "application/jsonl", "idempotency-key": key };
      try {
        return await call({ method: "POST", path, body: lines, headers }, json<BatchView>);
      } catch (error) {
        const invalid = error instanceof Refusal ? invalidIn(error.body) : [];
        if (invalid.length > 0) return { invalid };
        throw error;
      }
    },
    /** `retryAfterMs`: when to look again, null if the server does not say. */
    look: (id: string) =>
      call({ path: place(id) }, async (answer) => ({
        batch: await json<BatchView>(answer),
        retryAfterMs: retryAfterMs(answer.headers, now()),
      })),
    results: (id: string) => call({ path: `${place(id)}/results` }, async (answer) => resultsIn(await answer.text())),
    /**
     * @param isTaken whether an earlier attempt, whose answer was lost, was taken; needed where a second one does more
     * @returns false when the state of the batch does not allow it
     */
    async act(id: string, action: Action, isTaken?: () => Promise<boolean>): Promise<boolean> {
      try {
        await call(
          { method: "POST", path: `${place(id)}/${action}`, isTaken },
          async (answer) => void (await answer.text().catch(() => "")),
        );
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.status === 409) return false;
        throw error;
      }
    },
  };
}

/** The part of a model that an estimate needs. */
export type PricedModel = {
  id: string;
  aliases?: string[];
  resolutions?: string[];
  default_count?: number;
  credits_per_image?: Record<string, number>;
};

function invalidIn(body: unknown): InvalidRequest[] {
  const list = (body as { invalid_requests?: InvalidRequest[] } | null)?.invalid_requests;
  return Array.isArray(list) ? list : [];
}

/** Throws for a line that was cut off, which repeats the call. */
const resultsIn = (text: string): Result[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Result);
