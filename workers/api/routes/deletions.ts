/**
 * Deleting for good: DELETE /v1/images/tasks/{id}, POST /v1/images/tasks/delete, DELETE /images/{task}/{index}. Only with
 * the Authorization that may read the task.
 */
import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "#api/caller/caller.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { noSuchTask } from "#api/tasks/find.ts";
import { removeImage, removeTasks } from "#api/tasks/remove.ts";
import { AppError } from "#shared/errors.ts";
import { imageKeyAt } from "#shared/images/store.ts";
import type { RemovalAnswer } from "#shared/task/coordinator.ts";
import * as wire from "#shared/wire/deletion.ts";
import { fileParams } from "#shared/wire/file.ts";
import { taskParams } from "#shared/wire/task.ts";

const common = { tags: ["Images"], security: authorized, "x-mcp": false };

const taskRoute = createRoute({
  ...common,
  method: "delete",
  path: "/v1/images/tasks/{id}",
  operationId: "deleteTask",
  summary: "Delete a task",
  description:
    "Deletes a task that has ended, with its images and its request, for good. A live one is refused with `not_finished`: cancel it first. It is found neither in lists nor in results of its batch any more; deleted again, it is unknown. Its Idempotency-Key makes no second task.",
  middleware: authenticate,
  request: { params: taskParams },
  responses: {
    200: {
      description: "It is deleted.",
      content: { "application/json": { schema: wire.taskDeletedSchema } },
    },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "not_finished"),
    ...errorAnswers(404, 500),
  },
});

const tasksRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/images/tasks/delete",
  operationId: "deleteTasks",
  summary: "Delete several tasks",
  description: "As `deleteTask`, each by itself: the response says of every id whether its task is deleted.",
  middleware: [authenticate, jsonBody] as const,
  request: { body: { required: true, content: { "application/json": { schema: wire.deleteTasksSchema } } } },
  responses: {
    200: {
      description: "What became of each.",
      content: { "application/json": { schema: wire.tasksDeletedSchema } },
    },
    400: errorAnswer(400, "invalid_json", "invalid_value", "missing_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(413, 415, 500),
  },
});

const imageRoute = createRoute({
  ...common,
  method: "delete",
  path: "/images/{task}/{index}",
  operationId: "deletePicture",
  summary: "Delete an image",
  description:
    "Deletes one image of a task that has ended, for good. The task has no link to it any more, and names its place in `deleted_images`. Browsers and caches that have it already may keep it.",
  middleware: authenticate,
  request: { params: fileParams },
  responses: {
    200: {
      description: "It is deleted.",
      content: { "application/json": { schema: wire.imageDeletedSchema } },
    },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "not_finished"),
    ...errorAnswers(404, 500),
  },
});

const object = "image.generation.task" as const;

export const deletions = createRouter()
  .openapi(taskRoute, async (c) => {
    const { id } = c.req.valid("param");
    const [answer = "unknown"] = await removeTasks(c.env, [id], c.var.caller);
    const error = errorOf(answer, noSuchTask);
    if (error !== null) throw error;
    return c.json({ id, object, deleted: true as const }, 200);
  })
  .openapi(tasksRoute, async (c) => {
    const ids = [...new Set(c.req.valid("json").ids)];
    const answers = await removeTasks(c.env, ids, c.var.caller);
    const data = ids.map((id, place) => {
      const error = errorOf(answers[place] ?? "unknown", noSuchTask);
      if (error === null) return { id, object, deleted: true };
      return { id, object, deleted: false, error: { code: error.code, message: error.message } };
    });
    return c.json({ object: "list" as const, data }, 200);
  })
  .openapi(imageRoute, async (c) => {
    const { task, index } = c.req.valid("param");
    const [task_id = "", place = ""] = imageKeyAt(`${task}/${index}`)?.split("/") ?? [];
    const image = Number(place);
    const answer = place === "" ? "unknown" : await removeImage(c.env, task_id, image, c.var.caller);
    const error = errorOf(answer, noSuchImage);
    if (error !== null) throw error;
    return c.json({ task_id, index: image, object: "image" as const, deleted: true as const }, 200);
  });

const noSuchImage = () => new AppError("not_found", "There is no such image for this Authorization.");

/** Null: it is deleted. A task that was deleted before is unknown. */
function errorOf(answer: RemovalAnswer, missing: () => AppError): AppError | null {
  switch (answer) {
    case "removed":
      return null;
    case "live":
      return new AppError("not_finished", "The task has not ended; cancel it first, or wait for its end.");
    case "unknown":
    case "gone":
      return missing();
  }
}
