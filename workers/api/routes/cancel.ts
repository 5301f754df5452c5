/** POST /v1/images/tasks/{id}/cancel. */

import { createRoute } from "@hono/zod-openapi";
import { authenticate, type Caller } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { isTaskId, isTerminalRecord, noSuchTask, ownerOfBatch } from "#api/tasks/find.ts";
import { showTask } from "#api/tasks/view.ts";
import { AppError } from "#shared/errors.ts";
import { type CancelAnswer, coordinatorOf } from "#shared/task/coordinator.ts";
import { getRecord } from "#shared/task/records.ts";
import { cancelledTaskSchema, taskParams } from "#shared/wire/task.ts";

const outcomes = { cancelled: "done", requested: "requested", too_late: "too_late" } as const;

const route = createRoute({
  method: "post",
  path: "/v1/images/tasks/{id}/cancel",
  operationId: "cancelTask",
  summary: "Cancel a task",
  description:
    "A task that has not begun is cancelled at once. Of a running one Dreamina is asked, once, to cancel it. A cancelled task reads `failed` with the code `cancelled`; one that has images by then keeps them and ends completed, partial.",
  tags: ["Images"],
  security: authorized,
  middleware: authenticate,
  request: { params: taskParams },
  responses: {
    200: {
      description: "The task, and what came of it.",
      headers: answerHeaders("Retry-After", "Content-Language"),
      content: { "application/json": { schema: cancelledTaskSchema } },
    },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "already_finished"),
    ...errorAnswers(404, 500),
  },
});

export const cancel = createRouter().openapi(route, async (c) => {
  const answer = await cancelTask(c.env, c.req.valid("param").id, c.var.caller);
  switch (answer.kind) {
    case "unknown":
      throw noSuchTask();
    case "finished":
      throw new AppError("already_finished", "The task has ended already; there is nothing left to cancel.");
    case "cancelled":
    case "requested":
    case "too_late":
      return c.json({ ...showTask(c, answer.snapshot), cancel: outcomes[answer.kind] }, 200);
  }
});

/** The coordinator of the caller's own sessions first, then the one that the task's record names. */
async function cancelTask(
  env: ApiEnv,
  id: string,
  { owner, readableTags: tags }: Caller,
): Promise<CancelAnswer | { kind: "finished" }> {
  if (!isTaskId(id)) return { kind: "unknown" };
  const own = await coordinatorOf(env.COORDINATOR, owner).cancel(id, tags);
  if (own.kind !== "unknown") return own;
  const ofBatch = await ownerOfBatch(env, id);
  if (ofBatch !== null && ofBatch !== owner) return coordinatorOf(env.COORDINATOR, ofBatch).cancel(id, tags);
  const record = await getRecord(env.TASKS, id);
  if (record === null || !record.tags.some((tag) => tags.includes(tag))) return own;
  if (isTerminalRecord(record)) return { kind: "finished" };
  return coordinatorOf(env.COORDINATOR, record.owner).cancel(id, tags);
}
