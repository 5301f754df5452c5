/** A server with the batch API for tests of the command: a few lines over HTTP, with faults on demand. Its tasks end as it is asked. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Request = { custom_id: string; prompt: string; n?: number; [field: string]: unknown };
type Task = { id: string; request: Request; line: number; status: "waiting" | "completed" | "failed" | "cancelled" };
type Batch = { id: string; owner: string; tasks: Task[]; isPaused: boolean; isCancelled: boolean };

/** `owner`: the Authorization header. Batches of others are not found. */
type Caller = { key: string; owner: string };

/** `reset`: the connection breaks before the call has an effect; `lost`: after it; `cut`: half of the answer is sent;
 * `short`: half of it, as if it were whole. */
export type Fault = "reset" | "lost" | "cut" | "short" | 401 | 404 | 429 | 500 | 503;

export class BatchServer {
  /** Chooses a fault for a call; `count` is how often this call came, from 1. */
  faultOf: (call: string, count: number) => Fault | null = () => null;
  /** How many tasks end at each look at a batch. */
  endsPerLook = 2;
  /** A batch pauses by itself at its first look. */
  pausesItself = false;
  readonly batches: Batch[] = [];
  /** Every call with an effect, such as `POST /v1/images/batches`; and what each credential was sent to. */
  readonly calls: string[] = [];
  readonly authorizedPaths = new Set<string>();
  readonly retryAfter: Record<string, string> = {};
  readonly #keys = new Map<string, Batch>();
  readonly #counts = new Map<string, number>();
  #server = createServer((request, response) => void this.#answer(request, response));
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  countOf(call: string): number {
    return this.calls.filter((one) => one === call).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const call = `${request.method} ${path}`;
    const count = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, count);
    const fault = this.faultOf(call, count);
    if (request.headers.authorization !== undefined) this.authorizedPaths.add(path);
    if (fault === "reset") return void request.socket.destroy();
    const body = await text(request);
    if (typeof fault === "number") {
      response.writeHead(fault, { "retry-after": "7" }).end(JSON.stringify({ error: { message: "not now" } }));
      return;
    }
    const { status = 200, value } = this.#handle(call, body, {
      key: String(request.headers["idempotency-key"] ?? ""),
      owner: request.headers.authorization ?? "",
    });
    if (fault === "lost") return void request.socket.destroy();
    const bytes =
      value instanceof Buffer ? value : Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    response.writeHead(status, { ...this.retryAfter });
    if (fault === "short") response.end(bytes.subarray(0, bytes.length >> 1));
    else if (fault === "cut") {
      response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy());
    } else response.end(bytes);
  }

  #handle(call: string, body: string, { key, owner }: Caller): { status?: number; value: unknown } {
    this.calls.push(call);
    const [, method = "", path = ""] = /^(\w+) ([^?]*)/.exec(call) ?? [];
    if (path === "/ping") return { value: "pong" };
    if (path === "/v1/models") return { value: { data: [pricedModel] } };
    if (path === "/v1/images/batches") return this.#create(body, { key, owner }, call.includes("skip_invalid=true"));
    const image = /^\/images\/(.*)\/(\d+)$/.exec(path);
    if (image) return { value: imageOf(image[1] ?? "", Number(image[2])) };
    const [, id, action] = /^\/v1\/images\/batches\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const batch = this.batches.find((one) => one.id === id && one.owner === owner);
    if (batch === undefined) return { status: 404, value: { error: { message: "No such batch." } } };
    if (method === "POST") return this.#act(batch, action ?? "");
    if (action === "results")
      return { value: batch.tasks.map((task) => JSON.stringify(this.#result(task))).join("\n") };
    if (this.pausesItself) batch.isPaused = true;
    this.pausesItself = false;
    if (!batch.isPaused) this.#end(batch);
    return { value: viewOf(batch) };
  }

  #create(body: string, { key, owner }: Caller, skipInvalid: boolean): { status?: number; value: unknown } {
    const known = this.#keys.get(key);
    if (known !== undefined) return { value: viewOf(known) };
    const requests = body.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Request]));
    const invalid = requests.flatMap(({ custom_id, prompt }, index) =>
      prompt.includes("invalid")
        ? [{ line: index + 1, custom_id, param: "ratio", message: "ratio must be one of 1:1" }]
        : [],
    );
    if (invalid.length > 0 && !skipInvalid) {
      return { status: 400, value: { error: { message: "Invalid requests." }, invalid_requests: invalid } };
    }
    const id = `batch_${this.batches.length + 1}`;
    const tasks = requests.flatMap((request, index): Task[] =>
      request.prompt.includes("invalid")
        ? []
        : [{ id: `task_${id}_${index + 1}`, request, line: index + 1, status: "waiting" }],
    );
    const batch = { id, owner, tasks, isPaused: false, isCancelled: false };
    this.batches.push(batch);
    this.#keys.set(key, batch);
    return { value: { ...viewOf(batch), ...(invalid.length > 0 && { invalid_requests: invalid }) } };
  }

  #act(batch: Batch, action: string): { status?: number; value: unknown } {
    if (action === "resume") batch.isPaused = false;
    if (action === "cancel") {
      batch.isCancelled = true;
      for (const task of batch.tasks) if (task.status === "waiting") task.status = "cancelled";
    }
    if (action === "retry") {
      const mayRetry = !batch.isCancelled && batch.tasks.some(({ status }) => status === "failed");
      if (!mayRetry) return { status: 409, value: { error: { message: "Its requests are not made again." } } };
      for (const task of batch.tasks.filter(({ status }) => status === "failed")) {
        Object.assign(task, { id: `${task.id}r`, status: "waiting" });
        task.request.prompt = task.request.prompt.replace("refused", "allowed");
      }
    }
    return { value: viewOf(batch) };
  }

  #end(batch: Batch): void {
    for (const task of batch.tasks.filter(({ status }) => status === "waiting").slice(0, this.endsPerLook)) {
      task.status = task.request.prompt.includes("refused") ? "failed" : "completed";
    }
  }

  #result({ id, request, line, status }: Task): unknown {
    const images = Array.from({ length: status === "completed" ? (request.n ?? 1) : 0 }, (_, index) => ({
      url: `${this.url}/images/${id}/${index}`,
      ...{ width: 64, height: 48, bytes: imageOf(id, index).length, content_type: "image/png" },
    }));
    const error = status === "failed" && { error: { code: "content_refused", message: "The prompt was refused." } };
    const word = status === "waiting" ? "pending" : status;
    return { custom_id: request.custom_id, line, task_id: id, status: word, images, ...error };
  }
}

/** Different for each image, and different in length. */
export const imageOf = (taskId: string, index: number): Buffer =>
  Buffer.from(
    createHash("sha256")
      .update(`${taskId} ${index}`)
      .digest("hex")
      .repeat(20 + taskId.length + index),
  );

const pricedModel = {
  id: "dreamina-4.5",
  aliases: ["jimeng-4.5"],
  resolutions: ["1k", "2k", "4k"],
  default_count: 4,
  credits_per_image: { "1k": 1, "2k": 1.5, "4k": 3 },
};

function viewOf({ id, tasks, isPaused, isCancelled }: Batch) {
  const count = (status: Task["status"]) => tasks.filter((task) => task.status === status).length;
  const hasEnded = count("waiting") === 0;
  return {
    id,
    object: "batch",
    status: hasEnded ? (isCancelled ? "cancelled" : "completed") : isPaused ? "paused" : "in_progress",
    request_counts: {
      total: tasks.length,
      waiting: count("waiting"),
      processing: 0,
      completed: count("completed"),
      failed: count("failed"),
      cancelled: count("cancelled"),
    },
    ...(isPaused && {
      paused_reason: { code: "session_invalid", message: "No session works.", hint: "Log in again." },
    }),
  };
}
