/** Submits a job, or requests the rest of one: one upstream call, and its observation. Decides nothing. */
import type { Ratio, Resolution } from "#shared/image-shape.ts";
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { Job } from "#shared/task/follow-up.ts";
import { askedOf } from "#shared/task/request.ts";
import {
  findModel,
  type ImageJob,
  maskSession,
  plannedOf,
  type Session,
  type Upstream,
  type UpstreamConfig,
} from "#shared/upstream/index.ts";
import { loggedFailure } from "./failure.ts";

type Tools = { upstream: Pick<Upstream, "submit" | "continueJob" | "claim">; upstreamConfig: UpstreamConfig };

export async function submit(
  order: Extract<Order, { kind: "submit" }>,
  session: Session,
  { upstream, upstreamConfig }: Tools,
): Promise<Observation> {
  const job = imageJob(order.submitId, order.job, upstreamConfig);
  if (job === null) return { kind: "refused", failure: unknownModel(order.job.request.model) };
  const answer = await upstream.submit(session, job);
  if (answer.ok) {
    const planned = plannedOf(answer.value.planned, askedOf(order.job.request));
    return { kind: "accepted", ...answer.value, planned };
  }
  const failure = loggedFailure(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  if (!answer.error.answered) return { kind: "unsure", failure };
  const isPoor = failure.error.code === "insufficient_credits" && upstreamConfig.regions[session.region].claimsGift;
  return { kind: "refused", failure: isPoor ? await afterGift(failure, session, upstream) : failure };
}

/** Claims the daily credits where plain HTTP allows it; the next submit may then succeed. */
async function afterGift(failure: Failure, session: Session, upstream: Pick<Upstream, "claim">): Promise<Failure> {
  const claim = await upstream.claim(session);
  log("info", "gift_claimed", { session: maskSession(session), received: claim.ok ? claim.value.received : null });
  // A claim with a lost reply may have been granted: the next submit shows it.
  const mayHaveCome = claim.ok
    ? claim.value.received > 0
    : !claim.error.answered || claim.error.error.code === "rate_limited";
  return mayHaveCome ? { ...failure, verdict: "again", retryAfterSeconds: null } : failure;
}

export async function continueJob(
  order: Extract<Order, { kind: "continue" }>,
  session: Session,
  { upstream, upstreamConfig }: Tools,
): Promise<Observation> {
  const job = imageJob(order.submitId, order.job, upstreamConfig);
  if (job === null) return { kind: "notContinued", answered: true, failure: unknownModel(order.job.request.model) };
  const answer = await upstream.continueJob(session, job, order.historyId);
  if (answer.ok) return { kind: "continued" };
  const failure = loggedFailure(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  return { kind: "notContinued", answered: answer.error.answered, failure };
}

/**
 * The request as an upstream job. The API checked every value against the same tables; null when they have changed
 * since and the model is gone.
 */
function imageJob(
  submitId: string,
  { request, createdAt, uploads }: Job,
  upstreamConfig: UpstreamConfig,
): ImageJob | null {
  const model = findModel(upstreamConfig.models, request.model);
  if (model === null) return null;
  return {
    ...request,
    submitId,
    createdAt,
    model,
    ratio: request.ratio as Ratio,
    resolution: request.resolution as Resolution,
    inputs: uploads,
  };
}

const unknownModel = (model: string): Failure => ({
  verdict: "refused",
  error: { code: "model_not_available", message: `This server no longer has the model ${model}.` },
  retryAfterSeconds: null,
});
