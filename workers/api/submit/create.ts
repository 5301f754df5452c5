/** Step 3 of a submit: creates the tasks in their coordinator. The ids are drawn before, so a repeated call is safe. */

import type { Context } from "hono";
import { type Caller, type CallerEnv, sealCredential } from "#api/caller/caller.ts";
import { aboveLimit, showAllowance } from "#api/caller/key-allowance.ts";
import { dayMs } from "#api/limits.ts";
import type { Found } from "#api/tasks/find.ts";
import { sealedRequest } from "#api/tasks/kept-request.ts";
import { taskPath } from "#api/tasks/path.ts";
import { AppError, type TaskError, TaskFailedError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf, type NewTask } from "#shared/task/coordinator.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import type { Tick } from "#shared/task/message.ts";
import { plannedImages } from "#shared/task/request.ts";
import { deletedBefore, idempotencyConflict } from "./conflict.ts";
import type { Plan } from "./plan.ts";

type TaskContext = Context<CallerEnv>;

/** A task that this request created, or that an earlier equal request did. */
export type Creation =
  // `wakeUp` is null for a task without a slot, and when a tick for its owner is on its way.
  { kind: "created"; found: Found; wakeUp: Tick | null } | { kind: "existing"; found: Found };

/**
 * Creates the tasks one after another, so that two equal requests at the same time end up with the same tasks. When a
 * later task cannot be created, the earlier ones are kept, because their images are paid for. Yields each task as soon
 * as it exists, at least one, in the plan's order.
 * @param inputs staged reference images, for each task.
 * @throws AppError `idempotency_conflict`, or the error with which the prompt was refused before.
 */
export async function* createTasks(
  c: TaskContext,
  plan: Plan,
  inputs: StagedInput[][] = [],
): AsyncGenerator<Creation, void> {
  const { caller, seal } = c.var;
  const able = caller.credentials.filter(({ credential }) => plan.able.includes(credential));
  const sessions = await Promise.all(able.map((one) => sealCredential(one, seal)));
  const common = { sessions, resendsRefused: plan.resendsRefused, webhook: plan.webhook, pool: poolOf(caller, plan) };
  for (const [place, part] of plan.parts.entries()) {
    // All that are still to be created together, so that none is above a limit once the first one exists.
    const left = plan.parts.slice(place);
    const need = { images: left.reduce((sum, { request }) => sum + plannedImages(request), 0), tasks: left.length };
    let created: Creation;
    try {
      created = await createTask(c, part, { ...common, need, inputs: inputs[place] ?? [] });
    } catch (error) {
      if (place === 0) throw error;
      log("error", "task_not_created", { owner: caller.owner, requestId: c.var.requestId, place, error });
      return;
    }
    yield created;
  }
}

async function createTask(
  c: TaskContext,
  { taskId, request, kept, idempotency }: Plan["parts"][number],
  {
    need,
    ...given
  }: Pick<NewTask, "sessions" | "inputs" | "resendsRefused" | "webhook" | "pool"> & {
    need: NonNullable<NewTask["key"]>["need"];
  },
): Promise<Creation> {
  const { caller, config, seal } = c.var;
  const { inputs } = given;
  const task: NewTask = {
    id: taskId,
    owner: caller.owner,
    submitId: crypto.randomUUID(),
    request,
    sealedRequest: await sealedRequest(c, taskId, kept),
    contents: await seal.tag("contents", JSON.stringify([caller.keyPrefix, request.prompt, ...inputs.map(identityOf)])),
    tags: caller.readerTags,
    key: caller.key && { ...caller.key, need },
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
  if (answer.kind === "deleted") throw deletedBefore();
  if (answer.kind === "refusedBefore") throw refusedBefore(answer);
  if (answer.kind === "aboveLimit") throw aboveLimit(c, answer);
  const { record } = answer.snapshot;
  const { id, model, status } = record;
  log("info", `task_${answer.kind}`, { task: id, owner: caller.owner, requestId: c.var.requestId, model, status });
  if (answer.kind === "existing") return { kind: "existing", found: answer.snapshot };
  if (answer.allowance) showAllowance(c, answer.allowance);
  return { kind: "created", found: answer.snapshot, wakeUp: answer.wakeUp };
}

/** The places of the pool that can run them. */
const poolOf = ({ pool }: Caller, { able }: Plan): NewTask["pool"] =>
  pool && {
    version: pool.version,
    places: pool.places.filter(({ credential }) => able.includes(credential)).map(({ tag }) => tag),
  };

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
