/** The tasks of a submit, and the answer that names them. */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import type { Found } from "#api/tasks/find.ts";
import { taskPath } from "#api/tasks/path.ts";
import { replayedHeader, type SubmittedTask } from "#shared/wire/submit.ts";
import type { Creation } from "./create.ts";
import type { Plan } from "./plan.ts";

type TaskContext = Context<CallerEnv>;

/** The tasks that a submit created or found. */
export type SubmitResult = {
  plan: Plan;
  /** Its tasks, one at least, in the order of their images. */
  found: Found[];
  /** Whether all of them are tasks of an earlier equal request. */
  isReplayed: boolean;
  /** How many reference images it has; absent where there can be none. */
  inputCount?: number;
};

/** The tasks of a request, created or found. */
export const resultOf = (plan: Plan, creations: Creation[]): SubmitResult => ({
  plan,
  found: creations.map(({ found }) => found),
  isReplayed: creations.every(({ kind }) => kind === "existing"),
});

/** The body of the answer to a submit; its headers are set on the way. */
export function submittedTask(c: TaskContext, result: SubmitResult): SubmittedTask {
  const { plan, found, isReplayed, inputCount } = result;
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
    message: messageOf(result),
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

function messageOf({ plan, found, isReplayed }: SubmitResult): string {
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
export const queuedTask = (c: TaskContext, result: SubmitResult) => ({
  ...submittedTask(c, result),
  status: "queued" as const,
});
