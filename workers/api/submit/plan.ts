/**
 * Step 2 of a submit: which tasks to create, with which requests, sessions and idempotency keys. Nothing is fetched,
 * stored or spent yet.
 */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { type CallerEnv, usableBy } from "#api/caller/runners.ts";
import { resolveRequest } from "#api/request/image-request.ts";
import { webhookOf } from "#api/request/webhook.ts";
import type { Found } from "#api/tasks/find.ts";
import { keptOf } from "#api/tasks/kept-request.ts";
import { coordinatorOf, type Idempotency } from "#shared/task/coordinator.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import type { Webhook } from "#shared/task/webhook.ts";
import type { Credential } from "#shared/upstreams/index.ts";
import type { Kept } from "#shared/wire/kept-request.ts";
import { deletedBefore, idempotencyConflict } from "./conflict.ts";
import { idempotencyOf, partIdempotency, type Tagger } from "./idempotency.ts";
import type { Parsed } from "./parse.ts";

/** 126 random bits, so that ids, and the image keys made from them, cannot be guessed. */
export const newTaskId = (): string => `imgtask_${nanoid()}`;

export type Plan = {
  /** The tasks, at least one: several when one job cannot make all the images. */
  parts: { taskId: string; request: TaskRequest; kept: Kept; idempotency: Idempotency | null }[];
  /** The caller's credentials that can run them. */
  able: Credential[];
  /** Bytes of all reference images; null: no limit together. */
  maxInputBytes: number | null;
  estimatedCredits: number | null;
  resendsRefused: boolean;
  /** Whom to tell about each of the tasks. */
  webhook: Webhook | null;
};

/**
 * @param taskId of the first task.
 * @param namesOf what identifies each reference image: its address, or a hash of its bytes or text.
 * @throws AppError when none of the caller's sessions can do what the request wants.
 */
export async function planTasks(
  c: Context<CallerEnv>,
  taskId: string,
  { body, counting, inputs }: Pick<Parsed, "body" | "counting" | "inputs">,
  namesOf: (seal: Tagger) => Promise<string[]>,
): Promise<Plan> {
  const randomSeed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const { caller, upstreamConfig } = c.var;
  const given = { ...usableBy(caller), upstreamConfig, randomSeed, inputCount: inputs.length, counting };
  const { request, parts, able, estimatedCredits, maxInputBytes } = resolveRequest(body, given);
  const webhook = body.webhook == null ? null : await webhookOf(c, body.webhook, "task");
  // Without the drawn seed and derived fields: the same body must have the same hash in every version.
  const { asked: _, upstream, paid, ...same } = request;
  const resendsRefused = body.resend_refused ?? false;
  const idempotency = await idempotencyOf(c, async (seal) => {
    const identity = {
      ...same,
      seed: body.seed ?? null,
      // What the caller said, not what the tables of this version make of it.
      ...(paid !== null && { upstream, ...exactly(body) }),
      ...(inputs.length > 0 && { inputs: await namesOf(seal) }),
      // A request to send a refused prompt again does not join the task that was refused.
      ...(resendsRefused && { resendsRefused }),
      // An equal request with another webhook is told about a task of its own.
      ...(webhook !== null && { webhook: { url: webhook.url, events: webhook.events } }),
    };
    return seal.tag("body", JSON.stringify(identity));
  });
  return {
    parts: parts.map((part, index) => ({
      taskId: index === 0 ? taskId : newTaskId(),
      request: part,
      kept: keptOf(body, part, inputs.length),
      idempotency: partIdempotency(idempotency, index),
    })),
    able,
    maxInputBytes,
    estimatedCredits,
    resendsRefused,
    webhook,
  };
}

/**
 * The tasks of an earlier equal request, when all of them exist. Checked before reference images are fetched, because
 * their addresses may not answer twice.
 * @throws AppError `idempotency_conflict`.
 */
export async function earlierTasks(c: Context<CallerEnv>, { parts }: Plan): Promise<Found[] | null> {
  const coordinator = coordinatorOf(c.env.COORDINATOR, c.var.caller.owner);
  const answers = await Promise.all(
    parts.map(({ idempotency }) => (idempotency === null ? null : coordinator.recall(idempotency))),
  );
  if (answers.some((answer) => answer?.kind === "conflict")) throw idempotencyConflict();
  if (answers.some((answer) => answer?.kind === "deleted")) throw deletedBefore();
  const found = answers.flatMap((answer) => (answer?.kind === "existing" ? [answer.snapshot] : []));
  return found.length === parts.length ? found : null;
}

const exactly = ({ size, watermark, output_format }: Parsed["body"]) => ({
  size: size ?? null,
  watermark: watermark ?? false,
  output_format: output_format ?? null,
});
