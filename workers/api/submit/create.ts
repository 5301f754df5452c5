/**
 * From a checked request to a task under way: the plan (what is asked for, on which sessions), the task in its
 * coordinator, its pending record and first wake-up, and the answer to the caller. Shared by every route that submits.
 */

import type { Context } from "hono";
import { nanoid } from "nanoid";
import type * as z from "zod";
import { type CallerEnv, sealSession } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import type { Counting } from "#api/request/counts.ts";
import { type ImageRequest, resolveRequest } from "#api/request/image-request.ts";
import type { Found } from "#api/tasks/find.ts";
import { AppError, type TaskError, TaskFailedError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf, type Idempotency, type NewTask } from "#shared/task/coordinator.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { putRecord } from "#shared/task/records.ts";
import type { StagedInput, TaskRecord, TaskRequest } from "#shared/task/schema.ts";
import type { Session } from "#shared/upstream/index.ts";
import type { submittedSchema } from "#shared/wire/submit.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { idempotencyConflict, idempotencyOf, ofPart, replayedHeader } from "./idempotency.ts";

type TaskContext = Context<CallerEnv>;

/** 126 random bits: nobody guesses one, and so nobody guesses the keys of its images. */
export const newTaskId = (): string => `imgtask_${nanoid()}`;

/** What is to be made, checked, before anything is fetched, stored or spent. */
export type Plan = {
  /** One task each, one at least: several where one job cannot make all the images. */
  parts: { taskId: string; request: TaskRequest; idempotency: Idempotency | null }[];
  /** The caller's sessions that can run it. */
  able: Session[];
  estimatedCredits: number | null;
  resendsRefused: boolean;
};

type Asked = {
  body: ImageRequest;
  counting: Counting;
  /** What makes each reference image the same as another. */
  inputs: string[];
};

/**
 * @param taskId of the first task.
 * @throws AppError when the model, or what is asked of it, cannot be had with any of the caller's sessions.
 */
export async function planTasks(c: TaskContext, taskId: string, { body, counting, inputs }: Asked): Promise<Plan> {
  const sessions = c.var.caller.sessions.map(({ session }) => session);
  const randomSeed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const given = { sessions, upstreamConfig: c.var.upstreamConfig, randomSeed, inputCount: inputs.length, counting };
  const { request, parts, able, estimatedCredits } = resolveRequest(body, given);
  // Without the drawn seed, and without what follows from the rest: the same body must hash the same in every version.
  const { asked: _, ...same } = request;
  const resendsRefused = body.resend_refused ?? false;
  const told = {
    ...same,
    seed: body.seed ?? null,
    ...(inputs.length > 0 && { inputs }),
    // Whoever wants a refused prompt sent once more does not mean the task that was refused.
    ...(resendsRefused && { resendsRefused }),
  };
  const idempotency = idempotencyOf(c, await c.var.seal.tag("body", JSON.stringify(told)));
  return {
    parts: parts.map((part, place) => ({
      taskId: place === 0 ? taskId : newTaskId(),
      request: part,
      idempotency: ofPart(idempotency, place),
    })),
    able,
    estimatedCredits,
    resendsRefused,
  };
}

/**
 * The tasks of an earlier equal request, if all of them exist. Asked before reference images are fetched, because
 * their addresses may not answer twice.
 * @throws AppError `idempotency_conflict`.
 */
export async function earlierTasks(c: TaskContext, { parts }: Plan): Promise<Found[] | null> {
  const coordinator = coordinatorOf(c.env.COORDINATOR, c.var.caller.owner);
  const answers = await Promise.all(
    parts.map(({ idempotency }) => (idempotency === null ? null : coordinator.recall(idempotency))),
  );
  if (answers.some((answer) => answer?.kind === "conflict")) throw idempotencyConflict();
  const found = answers.flatMap((answer) => (answer?.kind === "existing" ? [answer.snapshot] : []));
  return found.length === parts.length ? found : null;
}

/** `existing`: the task of an earlier equal request. */
export type Creation = { kind: "created" | "existing"; found: Found };

/**
 * Creates the tasks one after another, so that two equal requests at the same time end up with the same tasks. When a
 * later task cannot be created, the earlier ones are kept, because their images are paid for.
 * @param inputs staged reference images, for each task.
 * @returns at least one, in the plan's order.
 * @throws AppError `idempotency_conflict`, or the reason for which a prompt was refused before.
 */
export async function createTasks(c: TaskContext, plan: Plan, inputs: StagedInput[][] = []): Promise<Creation[]> {
  const { caller, seal } = c.var;
  const able = caller.sessions.filter(({ session }) => plan.able.includes(session));
  const sessions = await Promise.all(able.map((session) => sealSession(session, seal)));
  const common = { sessions, resendsRefused: plan.resendsRefused };
  const creations: Creation[] = [];
  for (const [place, part] of plan.parts.entries()) {
    try {
      creations.push(await createTask(c, part, { ...common, inputs: inputs[place] ?? [] }));
    } catch (error) {
      if (place === 0) throw error;
      log("error", "task_not_created", { owner: caller.owner, requestId: c.var.requestId, place, error });
      break;
    }
  }
  return creations;
}

async function createTask(
  c: TaskContext,
  { taskId, request, idempotency }: Plan["parts"][number],
  given: Pick<NewTask, "sessions" | "inputs" | "resendsRefused">,
): Promise<Creation> {
  const { caller, config, seal } = c.var;
  const { inputs } = given;
  const task: NewTask = {
    id: taskId,
    owner: caller.owner,
    submitId: crypto.randomUUID(),
    request,
    contents: await seal.tag("contents", JSON.stringify([caller.keyPrefix, request.prompt, ...inputs.map(identityOf)])),
    tags: caller.readerTags,
    expiresAt: Date.now() + config.TASK_TTL_DAYS * dayMs,
    idempotency,
    ...given,
  };

  const coordinator = () => coordinatorOf(c.env.COORDINATOR, caller.owner);
  // A call that broke off may have been carried out: the same task id again makes no second task.
  const answer = await coordinator()
    .create(task)
    .catch(() => coordinator().create(task))
    .catch((error: unknown) => {
      log("error", "create_unanswered", { task: taskId, owner: caller.owner, requestId: c.var.requestId, error });
      throw maybeCreated(taskId);
    });
  if (answer.kind === "conflict") throw idempotencyConflict();
  if (answer.kind === "refusedBefore") throw refusedBefore(answer);
  const { record } = answer.snapshot;
  const { id, model, status } = record;
  log("info", `task_${answer.kind}`, { task: id, owner: caller.owner, requestId: c.var.requestId, model, status });
  if (answer.kind === "created") await announce(c.env, record, answer.wakeUp);
  return { kind: answer.kind, found: answer.snapshot };
}

/** Clients repeat a 5xx by themselves, and might pay twice: this names the task, and is not repeated. */
const maybeCreated = (taskId: string): TaskFailedError =>
  new TaskFailedError([taskId], {
    code: "internal",
    message: `It is not known whether the task was created: GET ${taskPath(taskId)} tells.`,
    hint: {
      en: "Poll the task. Only if it is still not found after some minutes, send the request again.",
      zh: "请查询该任务。几分钟后仍查不到，再重新发送请求。",
    },
    retryable: false,
  });

const identityOf = ({ crc32, bytes }: StagedInput): string => `${crc32}:${bytes}`;

const refusedBefore = ({ at, error }: { at: number; error: TaskError }): AppError =>
  new AppError(
    error.code,
    `${error.message} That was at ${new Date(at).toISOString()}; it was not sent again, because each refusal may be charged. Change it, or send \`"resend_refused": true\` with it to try nevertheless.`,
    error.code === "prompt_moderated" ? "prompt" : "images",
  );

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The pending record and the first wake-up. The task is safe in the coordinator already: if either fails or hangs here,
 * the coordinator's alarm wakes the task all the same, and its final record is written when it ends.
 */
async function announce(env: Pick<ApiEnv, "TASKS" | "TASK_QUEUE">, record: TaskRecord, wakeUp: WakeUp | null) {
  const failed = (error: unknown) => log("warn", "announce_failed", { task: record.id, error });
  await Promise.all([
    withTimeout(putRecord(env.TASKS, record, record.createdAt), patienceMs).catch(failed),
    wakeUp === null ? null : withTimeout(send(env.TASK_QUEUE, wakeUp), patienceMs).catch(failed),
  ]);
}

/** How long a caller waits for them. */
const patienceMs = 2_000;

async function send(queue: Queue, wakeUp: WakeUp): Promise<void> {
  await queue.send(wakeUp);
}

/** What a request led to. */
export type Made = {
  plan: Plan;
  /** Its tasks, one at least, in the order of their images. */
  found: Found[];
  /** Whether all of them are tasks of an earlier equal request. */
  isReplayed: boolean;
  /** How many reference images it has; absent where there can be none. */
  inputCount?: number;
};

/** The tasks of a request, created or found. */
export const madeOf = (plan: Plan, creations: Creation[]): Made => ({
  plan,
  found: creations.map(({ found }) => found),
  isReplayed: creations.every(({ kind }) => kind === "existing"),
});

export const taskPath = (id: string): string => `/v1/images/tasks/${id}`;

/** The body of the answer to a submit; its headers are set on the way. */
export function submitted(c: TaskContext, made: Made): z.infer<typeof submittedSchema> {
  const { plan, found, isReplayed, inputCount } = made;
  const [first] = found;
  if (first === undefined) throw new Error("a request that led to no task");
  const { record } = first;
  const path = taskPath(record.id);
  c.header("Location", path);
  c.header("Retry-After", "3");
  c.header("Cache-Control", "no-store");
  if (isReplayed) c.header(replayedHeader, "true");
  const created = Math.floor(record.createdAt / 1000);
  return {
    id: record.id,
    task_id: record.id,
    object: "image.generation.task",
    status: record.status === "processing" ? "processing" : "pending",
    ...taskIdsOf(found),
    submit_id: record.submitId,
    message: messageOf(made),
    created,
    created_at: created,
    expires_at: Math.floor(record.expiresAt / 1000),
    poll_url: new URL(path, ownUrl(c)).href,
    ...(plan.estimatedCredits !== null && { estimated_credits: plan.estimatedCredits }),
    ...(inputCount !== undefined && { input_images: inputCount }),
  };
}

/** The field `task_ids` of an answer: only where there are several. */
const taskIdsOf = (found: Found[]): { task_ids?: string[] } =>
  found.length === 1 ? {} : { task_ids: found.map(({ record }) => record.id) };

function messageOf({ plan, found, isReplayed }: Made): string {
  const paths = found.map(({ record }) => taskPath(record.id));
  const poll = `poll ${paths.map((path) => `GET ${path}`).join(" and ")} every 2 to 3 seconds.`;
  const accepted = found.length === 1 ? "Task accepted. Its" : `${found.length} tasks accepted. Their`;
  if (!isReplayed) return `${accepted} images take one to three minutes: ${poll}`;
  const isUnmarked = plan.parts[0]?.idempotency?.kind === "resent";
  const another = isUnmarked
    ? " To get other images as well, send an Idempotency-Key of its own with each request."
    : "";
  return `This request was sent before, so nothing more is made or paid for it: ${poll}${another}`;
}

/** The same in the words of the `/async` aliases. */
export const queued = (c: TaskContext, made: Made) => ({ ...submitted(c, made), status: "queued" as const });
