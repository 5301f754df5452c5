/**
 * From a checked request to a task under way: the plan (what is asked for, on which sessions), the task in its
 * coordinator, its pending record and first wake-up, and the answer to the caller. Shared by every route that submits.
 */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import * as z from "zod";
import { AppError, type TaskError } from "../../shared/errors.ts";
import { inTime } from "../../shared/in-time.ts";
import { log } from "../../shared/log.ts";
import { coordinatorOf, type Idempotency, type NewTask } from "../../shared/task/coordinator.ts";
import type { WakeUp } from "../../shared/task/message.ts";
import { putRecord } from "../../shared/task/records.ts";
import type { StagedInput, TaskRecord, TaskRequest } from "../../shared/task/schema.ts";
import type { Session } from "../../shared/upstream/index.ts";
import { ownUrl } from "./address.ts";
import { type CallerEnv, sealSession } from "./caller.ts";
import type { Found } from "./find-task.ts";
import { type ImageRequest, resolveRequest } from "./image-request.ts";

type TaskContext = Context<CallerEnv>;

export const submittedSchema = z
  .object({
    id: z.string().meta({ description: "The task's id." }),
    task_id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("image.generation.task").meta({ description: "What this is." }),
    status: z.enum(["pending", "processing", "queued"]).meta({
      description:
        "`pending`: accepted, waiting. `processing`, after waiting in vain: running. `queued`, under `/async`: the same as `pending`.",
    }),
    submit_id: z.string().meta({ description: "The id under which Dreamina knows the job." }),
    message: z.string().meta({ description: "What to do next, for a person." }),
    created: z.int().meta({ description: "When it was accepted, Unix seconds." }),
    created_at: z.int().meta({ description: "The same as `created`." }),
    expires_at: z.int().meta({ description: "Until when the task is remembered, Unix seconds." }),
    poll_url: z.string().meta({ description: "Where to ask for it." }),
    estimated_credits: z.number().optional().meta({
      description:
        "What it should cost, by the last price seen for the model; absent where none is known. Dreamina decides.",
    }),
    input_images: z.int().optional().meta({
      description: "How many reference images it has; absent for text to image.",
    }),
  })
  .meta({ id: "TaskSubmitted" });

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().min(1).max(255).optional().meta({
    description:
      "Your own word for this request: sent again with the same body, it answers with the same task instead of making another.",
  }),
});

/** 126 random bits: nobody guesses one, and so nobody guesses the keys of its pictures. */
export const newTaskId = (): string => `imgtask_${nanoid()}`;

/** What is to be made, checked, before anything is fetched, stored or spent. */
export type Plan = {
  taskId: string;
  request: TaskRequest;
  /** The caller's sessions that can run it. */
  able: Session[];
  estimatedCredits: number | null;
  idempotency: Idempotency | null;
  resendsRefused: boolean;
};

/**
 * @param inputs what makes each reference image the same as another.
 * @throws AppError when the model, or what is asked of it, cannot be had with any of the caller's sessions.
 */
export async function planTask(c: TaskContext, taskId: string, body: ImageRequest, inputs: string[]): Promise<Plan> {
  const sessions = c.var.caller.sessions.map(({ session }) => session);
  const randomSeed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const resolved = resolveRequest(body, { sessions, facts: c.var.facts, randomSeed, inputCount: inputs.length });
  // Without the drawn seed, and without what follows from the rest: the same body must hash the same in every version.
  const { asked: _, ...request } = resolved.request;
  const told = { ...request, seed: body.seed ?? null, ...(inputs.length > 0 && { inputs }) };
  const bodyHash = await c.var.seal.tag("body", JSON.stringify(told));
  const resendsRefused = body.resend_refused ?? false;
  return { taskId, ...resolved, idempotency: idempotencyOf(c, bodyHash), resendsRefused };
}

/**
 * The caller's own key; or, of OpenAI's clients, the number of the try (from 0): they send a request again by
 * themselves when the connection broke, and mean the same pictures.
 */
function idempotencyOf(c: TaskContext, bodyHash: string): Idempotency | null {
  const { keyPrefix } = c.var.caller;
  const key = c.req.header("idempotency-key");
  if (key !== undefined) return { key: keyPrefix + key, bodyHash, kind: "named" };
  const tries = c.req.header("x-stainless-retry-count");
  if (tries === undefined) return null;
  return { key: `${keyPrefix}tries:${bodyHash}`, bodyHash, kind: tries === "0" ? "first" : "again" };
}

/**
 * The task that the idempotency key belongs to, if there is one: asked before reference images are fetched, because
 * their addresses may not answer twice.
 * @throws AppError `idempotency_conflict`.
 */
export async function earlierTask(c: TaskContext, { idempotency }: Plan): Promise<Found | null> {
  if (idempotency === null) return null;
  const answer = await coordinatorOf(c.env.COORDINATOR, c.var.caller.owner).recall(idempotency);
  if (answer?.kind === "conflict") throw conflict();
  return answer?.snapshot ?? null;
}

/**
 * @returns the task; `existing` when the idempotency key belongs to an earlier task with the same body.
 * @throws AppError `idempotency_conflict`.
 */
export async function createTask(
  c: TaskContext,
  plan: Plan,
  inputs: StagedInput[],
): Promise<{ kind: "created" | "existing"; found: Found }> {
  const { caller, config, seal } = c.var;
  const able = caller.sessions.filter(({ session }) => plan.able.includes(session));
  const task: NewTask = {
    id: plan.taskId,
    owner: caller.owner,
    submitId: crypto.randomUUID(),
    request: plan.request,
    inputs,
    contents: await seal.tag(
      "contents",
      JSON.stringify([caller.keyPrefix, plan.request.prompt, ...inputs.map(identityOf)]),
    ),
    resendsRefused: plan.resendsRefused,
    tags: caller.tags,
    sessions: await Promise.all(able.map((session) => sealSession(session, seal))),
    expiresAt: Date.now() + config.TASK_TTL_DAYS * dayMs,
    idempotency: plan.idempotency,
  };

  const coordinator = () => coordinatorOf(c.env.COORDINATOR, caller.owner);
  // A call that broke off may have been carried out: the same task id again makes no second task.
  const answer = await coordinator()
    .create(task)
    .catch(() => coordinator().create(task));
  if (answer.kind === "conflict") throw conflict();
  if (answer.kind === "refusedBefore") throw refusedBefore(answer);
  const { record } = answer.snapshot;
  const { id, model, status } = record;
  log("info", `task_${answer.kind}`, { task: id, owner: caller.owner, requestId: c.var.requestId, model, status });
  if (answer.kind === "created") await announce(c.env, record, answer.wakeUp);
  return { kind: answer.kind, found: answer.snapshot };
}

const identityOf = ({ crc32, bytes }: StagedInput): string => `${crc32}:${bytes}`;

const refusedBefore = ({ at, error }: { at: number; error: TaskError }): AppError =>
  new AppError(
    error.code,
    `${error.message} That was at ${new Date(at).toISOString()}; it was not sent again, because each refusal may be charged. Change it, or send \`"resend_refused": true\` with it to try nevertheless.`,
    error.code === "prompt_moderated" ? "prompt" : "images",
  );

const conflict = () =>
  new AppError("idempotency_conflict", "This Idempotency-Key was used before with another body.", "idempotency-key");

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The pending record and the first wake-up. The task is safe in the coordinator already: if either fails or hangs here,
 * the coordinator's alarm wakes the task all the same, and its final record is written when it ends.
 */
async function announce(env: Pick<ApiEnv, "TASKS" | "TASK_QUEUE">, record: TaskRecord, wakeUp: WakeUp | null) {
  const failed = (error: unknown) => log("warn", "announce_failed", { task: record.id, error });
  await Promise.all([
    inTime(putRecord(env.TASKS, record, record.createdAt), patienceMs).catch(failed),
    wakeUp === null ? null : inTime(send(env.TASK_QUEUE, wakeUp), patienceMs).catch(failed),
  ]);
}

/** How long a caller waits for them. */
const patienceMs = 2_000;

async function send(queue: Queue, wakeUp: WakeUp): Promise<void> {
  await queue.send(wakeUp);
}

/** A task that a request led to. */
export type Made = {
  plan: Plan;
  found: Found;
  /** How many reference images it has; absent where there can be none. */
  inputCount?: number;
};

/** The body of the answer to a submit; its headers are set on the way. */
export function submitted(c: TaskContext, { plan, found, inputCount }: Made): z.infer<typeof submittedSchema> {
  const { record } = found;
  const path = `/v1/images/tasks/${record.id}`;
  c.header("Location", path);
  c.header("Retry-After", "3");
  c.header("Cache-Control", "no-store");
  const created = Math.floor(record.createdAt / 1000);
  return {
    id: record.id,
    task_id: record.id,
    object: "image.generation.task",
    status: record.status === "processing" ? "processing" : "pending",
    submit_id: record.submitId,
    message: `Task accepted. Its pictures take one to three minutes: poll GET ${path} every 2 to 3 seconds.`,
    created,
    created_at: created,
    expires_at: Math.floor(record.expiresAt / 1000),
    poll_url: new URL(path, ownUrl(c)).href,
    ...(plan.estimatedCredits !== null && { estimated_credits: plan.estimatedCredits }),
    ...(inputCount !== undefined && { input_images: inputCount }),
  };
}

/** The same in the words of the `/async` aliases. */
export const queued = (c: TaskContext, made: Made) => ({ ...submitted(c, made), status: "queued" as const });
