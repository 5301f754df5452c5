/**
 * Clients that submit and poll: scripts and gateways written after the README, each using a part of the API.
 */
import * as z from "zod";
import type { Answer, ClientRequest, Polled, TaskClient } from "./client.ts";
import { link } from "./readings.ts";
import { files, form, get, post, postForm } from "./requests.ts";

/** The members of a poll that the first README listed; no others are read. */
const view = z.object({
  status: z.enum(["pending", "processing", "completed", "failed"]),
  progress: z.int().min(0).max(100),
  images: z.array(z.string()).optional(),
  error: z.string().optional(),
});

function body<T>({ status, text }: Answer, shape: z.ZodType<T>): T {
  if (status < 200 || status > 299) throw new Error(`HTTP ${status}`);
  return shape.parse(JSON.parse(text));
}

const idOf = (answer: Answer): string => body(answer, z.object({ task_id: z.string().min(1) })).task_id;

/** Reads the first image only. */
function firstImage(answer: Answer): Polled {
  const { status, progress, images, error } = body(answer, view);
  if (status === "failed") return { kind: "failed", reason: z.string().min(1).parse(error) };
  if (status !== "completed") return { kind: "again", progress };
  return { kind: "done", images: [link(z.string().parse(images?.[0]))] };
}

/** Reads `data` at every poll: a list, or missing. */
function listedImages(answer: Answer): Polled {
  const task = body(answer, view.extend({ data: z.array(z.object({ url: z.string() })).optional() }));
  const images = (task.data ?? []).map(({ url }) => link(url));
  if (task.status === "failed") return { kind: "failed", reason: task.error ?? "" };
  return task.status === "completed" ? { kind: "done", images } : { kind: "again", progress: task.progress };
}

const base = "/v1";
const generations = "/images/generations";
const pollAt = (id: string, { key }: { key: string }): ClientRequest => get(`/images/tasks/${id}`, key);
const ask = { prompt: "", model: "dreamina-4.5", ratio: "16:9", resolution: "1k", sample_strength: 0.5 };

/** Defaults of every row. */
const script = {
  version: "as its README shows",
  seenIn: ["this project README.md"],
  base,
  request: ({ key, prompt }) => post(generations, key, { ...ask, prompt }),
  submitted: idOf,
  poll: pollAt,
  polled: firstImage,
  files: 0,
} satisfies Partial<TaskClient>;

export const taskClients: TaskClient[] = [
  { ...script, name: "a script that reads task_id, status, progress, images[0] and error, and fails on any non-2xx" },
  {
    ...script,
    name: "a program that accepts only HTTP 200",
    submitted: (answer) => idOf(exactly200(answer)),
    polled: (answer) => firstImage(exactly200(answer)),
  },
  {
    ...script,
    name: "a gateway that mistakes an id of digits for its own row number",
    submitted(answer) {
      const id = idOf(answer);
      if (!/\D/.test(id)) throw new Error("not found");
      return id;
    },
  },
  { ...script, name: "a client that needs data to be a list", polled: listedImages },
  {
    ...script,
    name: "a client that sends the key as it is, without Bearer",
    request: (order) => bare(post(generations, order.key, { ...ask, prompt: order.prompt }), order.key),
    poll: (id, order) => bare(pollAt(id, order), order.key),
  },
  { ...script, name: "a client whose base URL has no /v1", base: "" },
  { ...script, name: "a client whose base URL has /v1 twice", base: "/v1/v1" },
  { ...script, name: "a client whose base URL ends in a slash", base: "/v1/" },
  {
    ...script,
    name: "a client that sends fields of other servers, and null for empty settings",
    request: ({ key, prompt }) =>
      post(generations, key, {
        ...ask,
        prompt,
        negative_prompt: null,
        seed: null,
        intelligent_ratio: null,
        steps: 30,
        cfg_scale: 7.5,
        sampler: { name: "euler", scheduler: ["karras"] },
        webhook: null,
      }),
  },
  {
    ...script,
    name: "a client that sends forms: every value is a string, unset fields are empty",
    request: ({ key, prompt, files: images }) =>
      postForm(
        "/images/compositions",
        key,
        form([
          ["prompt", prompt],
          ["model", ""],
          ["ratio", "16:9"],
          ["resolution", "1k"],
          ["sample_strength", "0.5"],
          ["seed", ""],
          ...files("images", images),
        ]),
      ),
    files: 1,
  },
  {
    ...script,
    name: "a script that composes images by their addresses",
    request: ({ key, prompt, links }) => post("/images/compositions", key, { ...ask, prompt, images: links }),
    files: 2,
  },
  {
    ...script,
    name: "a gateway for asynchronous images: 202, status queued, then result.data",
    request: ({ key, prompt }) =>
      post("/images/generations/async", key, { prompt, model: "gpt-image-1", n: 1, size: "1024x1024", quality: "low" }),
    submitted: queuedId,
    polled: resultImages,
  },
  {
    ...script,
    name: "a gateway for asynchronous edits",
    request: ({ key, prompt, files: images }) =>
      postForm(
        "/images/edits/async",
        key,
        form([
          ["prompt", prompt],
          ["model", "gpt-image-1"],
          ["n", "1"],
          ["size", "1024x1024"],
          ...files("image", images),
        ]),
      ),
    submitted: queuedId,
    polled: resultImages,
    files: 1,
  },
  {
    ...script,
    name: "a client of OpenAI's API with Prefer: respond-async",
    request: ({ key, prompt }) =>
      post(
        generations,
        key,
        { prompt, model: "dall-e-3", n: 1, size: "1024x1024", response_format: "url" },
        { prefer: "respond-async" },
      ),
  },
];

function exactly200(answer: Answer): Answer {
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

const bare = (sent: ClientRequest, key: string): ClientRequest => ({
  ...sent,
  headers: { ...sent.headers, authorization: key },
});

function queuedId(answer: Answer): string {
  if (answer.status !== 202) throw new Error(`HTTP ${answer.status}`);
  return body(answer, z.object({ id: z.string().min(1), status: z.literal("queued") })).id;
}

function resultImages(answer: Answer): Polled {
  const result = z.object({ created: z.int(), data: z.array(z.object({ url: z.string() })).min(1) });
  const task = body(answer, view.extend({ id: z.string(), result: result.optional() }));
  if (task.status === "failed") return { kind: "failed", reason: task.error ?? "" };
  if (task.status !== "completed") return { kind: "again", progress: task.progress };
  return { kind: "done", images: result.parse(task.result).data.map(({ url }) => link(url)) };
}
