/** OpenAI's Batch API on a stage: uploading files, making batches of them, and reading both. */
import { batchCalls } from "./batches.ts";
import { call, type Stage } from "./stage.ts";

export type OpenAiBatchAnswer = {
  id: string;
  status: string;
  endpoint: string;
  input_file_id: string;
  errors: { object: string; data: { line: number; code: string; param: string | null; message: string }[] } | null;
  output_file_id: string | null;
  error_file_id: string | null;
  request_counts: { total: number; completed: number; failed: number };
  error?: { code: string; message: string; param: string | null };
};

export type FileAnswer = { id: string; bytes: number; error?: { code: string; message: string; param: string | null } };

type OutputLine = {
  id: string;
  custom_id: string;
  response: {
    status_code: number;
    request_id: string;
    body: { created?: number; data?: { url: string }[]; error?: { code: string; task_id?: string } };
  } | null;
  error: { code: string; message: string } | null;
};

export const generationsUrl = "/v1/images/generations";

/** One request of a file. */
export const aLine = (custom_id: string, body: object = {}, change: object = {}) => ({
  ...{ custom_id, method: "POST", url: generationsUrl },
  body: { prompt: `a lighthouse, ${custom_id}`, resolution: "1k", ...body },
  ...change,
});

const jsonLines = (lines: (object | string)[]): string =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");

export function openAiCalls(stage: Stage, session = stage.session, bindings: object = {}) {
  const headers = { authorization: `Bearer ${session}` };
  const get = (path: string) => call(path, { headers }, bindings);
  const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json();
  const postForm = (form: FormData) => call("/v1/files", { method: "POST", headers, body: form }, bindings);
  const post = (path: string, body: object, extra: Record<string, string> = {}) =>
    call(
      path,
      {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", ...extra },
        body: JSON.stringify(body),
      },
      bindings,
    );
  const upload = async (text: string | Uint8Array, purpose: string | null = "batch") => {
    const form = new FormData();
    if (purpose !== null) form.set("purpose", purpose);
    form.set("file", new File([text], "night requests.jsonl"));
    return json<FileAnswer>(postForm(form));
  };

  return {
    ...{ get, post, postForm, upload },
    remove: (id: string) => call(`/v1/files/${id}`, { method: "DELETE", headers }, bindings),
    /** Uploads these lines and makes a batch of them. */
    async create(lines: (object | string)[], change: object = {}, extra: Record<string, string> = {}) {
      const { id } = await upload(jsonLines(lines));
      const body = { input_file_id: id, endpoint: generationsUrl, completion_window: "24h", ...change };
      return json<OpenAiBatchAnswer>(post("/v1/batches", body, extra));
    },
    view: (id: string) => json<OpenAiBatchAnswer>(get(`/v1/batches/${id}`)),
    /** Runs messages and alarms until the batch has ended. */
    async end(id: string): Promise<OpenAiBatchAnswer> {
      await batchCalls(stage, session).end(id);
      return json<OpenAiBatchAnswer>(get(`/v1/batches/${id}`));
    },
    async lines(file: string | null): Promise<OutputLine[]> {
      const answer = await get(`/v1/files/${file}/content`);
      if (answer.status !== 200) throw new Error(`${file} is answered with ${answer.status}`);
      const text = await answer.text();
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    },
  };
}

export const fileText = jsonLines;
