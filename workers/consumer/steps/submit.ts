/** Submits a job, or requests the rest of one: one upstream call, and its observation. Decides nothing. */
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { Job, JobConnection } from "#shared/upstreams/index.ts";
import { loggedFailure } from "./failure.ts";

type SubmitOrder = Extract<Order, { kind: "submit" }>;
type ContinueOrder = Extract<Order, { kind: "continue" }>;

export async function submit(
  order: SubmitOrder,
  upstream: Pick<JobConnection, "submit" | "claimGift">,
): Promise<Observation> {
  const answer = await upstream.submit(jobOf(order));
  if (answer.ok) return { kind: "accepted", ...answer.value };
  const failure = loggedFailure(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  if (!answer.error.answered) return { kind: "unsure", failure };
  const { claimGift } = upstream;
  const isPoor = failure.error.code === "insufficient_credits" && claimGift !== null;
  return { kind: "refused", failure: isPoor ? await afterGift(failure, order, claimGift) : failure };
}

/** Claims the daily credits where plain HTTP allows it; the next submit may then succeed. */
async function afterGift(
  failure: Failure,
  { session }: SubmitOrder,
  claimGift: NonNullable<JobConnection["claimGift"]>,
): Promise<Failure> {
  const claim = await claimGift();
  log("info", "gift_claimed", { session: session.label, received: claim.ok ? claim.value.received : null });
  // A claim with a lost reply may have been granted: the next submit shows it.
  const mayHaveCome = claim.ok
    ? claim.value.received > 0
    : !claim.error.answered || claim.error.error.code === "rate_limited";
  return mayHaveCome ? { ...failure, verdict: "again", retryAfterSeconds: null } : failure;
}

export async function continueJob(
  order: ContinueOrder,
  upstream: Pick<JobConnection, "continueJob">,
): Promise<Observation> {
  const answer = await upstream.continueJob(jobOf(order), order.historyId);
  if (answer.ok) return { kind: "continued" };
  const failure = loggedFailure(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  return { kind: "notContinued", answered: answer.error.answered, failure };
}

const jobOf = ({ submitId, job }: SubmitOrder | ContinueOrder): Job => ({ submitId, ...job });
