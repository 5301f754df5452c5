/** POST /v1/images/generations: text to image. Answers with a task id at once. */
import { createRoute } from "@hono/zod-openapi";
import { nanoid } from "nanoid";
import * as z from "zod";
import { AppError } from "../../../shared/errors.ts";
import { log } from "../../../shared/log.ts";
import type { Seal } from "../../../shared/seal.ts";
import { coordinatorOf, type NewTask } from "../../../shared/task/coordinator.ts";
import type { WakeUp } from "../../../shared/task/message.ts";
import { putRecord } from "../../../shared/task/records.ts";
import type { TaskRecord } from "../../../shared/task/schema.ts";
import { createRouter, jsonBody } from "../app.ts";
import { authenticate, type Caller, sealSession } from "../caller.ts";
import { type ImageRequest, imageRequestSchema, resolveRequest, runsModel } from "../image-request.ts";
import { authorized, errorAnswers } from "../openapi.ts";

const submittedSchema = z
  .object({
    id: z.string().meta({ description: "The task's id." }),
    task_id: z.string().meta({ description: "The task's id.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    object: z.literal("image.generation.task").meta({ description: "What this is." }),
    status: z.literal("pending").meta({ description: "Accepted, waiting." }),
    submit_id: z.string().meta({ description: "The id under which Dreamina knows the job." }),
    message: z.string().meta({ description: "What to do next, for a person." }),
    created: z.int().meta({ description: "When it was accepted, Unix seconds." }),
    created_at: z.int().meta({ description: "The same as `created`." }),
    expires_at: z.int().meta({ description: "Until when the task is remembered, Unix seconds." }),
    poll_url: z.string().meta({ description: "Where to ask for it." }),
  })
  .meta({ id: "TaskSubmitted" });

const route = createRoute({
  method: "post",
  path: "/v1/images/generations",
  summary: "Text to image",
  description:
    "Accepts a prompt and answers with a task id at once; the pictures are made in the background. Poll the task every two to three seconds, with the same Authorization.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate, jsonBody] as const,
  request: {
    headers: z.object({
      "idempotency-key": z.string().min(1).max(255).optional().meta({
        description:
          "Your own word for this request: sent again with the same body, it answers with the same task instead of making another.",
      }),
    }),
    body: { required: true, content: { "application/json": { schema: imageRequestSchema } } },
  },
  responses: {
    200: { description: "The task is accepted.", content: { "application/json": { schema: submittedSchema } } },
    ...errorAnswers(400, 401, 409, 413, 415, 500),
  },
});

export const generations = createRouter().openapi(route, async (c) => {
  const { caller, config, seal } = c.var;
  const task = await newTask(c.req.valid("json"), caller, seal, {
    idempotencyKey: c.req.valid("header")["idempotency-key"] ?? null,
    expiresAt: Date.now() + config.TASK_TTL_DAYS * dayMs,
  });

  const coordinator = () => coordinatorOf(c.env.COORDINATOR, caller.owner);
  // A call that broke off may have been carried out: the same task id again makes no second task.
  const answer = await coordinator()
    .create(task)
    .catch(() => coordinator().create(task));
  if (answer.kind === "conflict") {
    throw new AppError(
      "idempotency_conflict",
      "This Idempotency-Key was used before with another body.",
      "idempotency-key",
    );
  }
  const { record } = answer.snapshot;
  if (answer.kind === "created") await announce(c.env, record, answer.wakeUp);

  const path = `/v1/images/tasks/${record.id}`;
  c.header("Location", path);
  c.header("Retry-After", "3");
  c.header("Cache-Control", "no-store");
  return c.json(submitted(record, new URL(path, c.req.url).href), 200);
});

const dayMs = 24 * 60 * 60 * 1000;

async function newTask(
  body: ImageRequest,
  caller: Caller,
  seal: Seal,
  given: { idempotencyKey: string | null; expiresAt: number },
): Promise<NewTask> {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const { request, model } = resolveRequest(
    body,
    caller.sessions.map(({ session }) => session),
    seed,
  );
  const able = caller.sessions.filter(({ session }) => runsModel(session, model));
  return {
    id: `imgtask_${nanoid()}`,
    owner: caller.owner,
    submitId: crypto.randomUUID(),
    request,
    tags: caller.tags,
    sessions: await Promise.all(able.map((session) => sealSession(session, seal))),
    expiresAt: given.expiresAt,
    idempotency:
      given.idempotencyKey === null
        ? null
        : {
            key: given.idempotencyKey,
            // Without the drawn seed: the same body must hash the same.
            bodyHash: await seal.tag("body", JSON.stringify({ ...request, seed: body.seed ?? null })),
          },
  };
}

/**
 * The pending record and the first wake-up. The task is safe in the coordinator already: if either fails here, the
 * coordinator's alarm wakes the task all the same, and its final record is written when it ends.
 */
async function announce(env: Pick<ApiEnv, "TASKS" | "TASK_QUEUE">, record: TaskRecord, wakeUp: WakeUp | null) {
  const failed = (error: unknown) => log("warn", "announce_failed", { task: record.id, error });
  await putRecord(env.TASKS, record, record.createdAt).catch(failed);
  if (wakeUp !== null) await env.TASK_QUEUE.send(wakeUp).catch(failed);
}

function submitted(record: TaskRecord, pollUrl: string): z.infer<typeof submittedSchema> {
  const created = Math.floor(record.createdAt / 1000);
  return {
    id: record.id,
    task_id: record.id,
    object: "image.generation.task",
    status: "pending",
    submit_id: record.submitId,
    message: `Task accepted. Its pictures take one to three minutes: poll GET /v1/images/tasks/${record.id} every 2 to 3 seconds.`,
    created,
    created_at: created,
    expires_at: Math.floor(record.expiresAt / 1000),
    poll_url: pollUrl,
  };
}
