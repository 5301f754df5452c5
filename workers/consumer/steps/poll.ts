/**
 * Polls the jobs of one session in one upstream call, by submit id: so a job whose acceptance was lost is found the
 * same way. Decides nothing.
 */
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import { fullBatchesOf, hasUnknownStatus, type JobState, type Session, type Upstream } from "#shared/upstream/index.ts";
import { loggedFailure } from "./failure.ts";

export type PollOrder = Extract<Order, { kind: "poll" | "recover" }>;

/** @param orders all for the same session. @returns one observation per order. */
export async function poll(
  orders: PollOrder[],
  session: Session,
  upstream: Pick<Upstream, "poll">,
): Promise<Observation[]> {
  const answer = await upstream.poll(session, orders);
  if (!answer.ok) {
    const label = orders[0]?.session.label ?? "";
    const failure = loggedFailure(answer.error, { order: "poll", session: label });
    return orders.map(() => ({ kind: "unavailable", failure }));
  }
  return orders.map((order) => {
    const found = answer.value.get(order.submitId);
    if (found === undefined) return { kind: "absent" };
    const about = { task: order.task, order: order.kind, session: order.session.label };
    if (!found.ok) return { kind: "unavailable", failure: loggedFailure(found.error, about) };
    return observationOf(found.value, about);
  });
}

function observationOf(state: JobState, about: { task: string; order: string; session: string }): Observation {
  const { historyId, planned, forecastSeconds } = state;
  switch (state.kind) {
    case "generating":
      if (hasUnknownStatus(state)) log("warn", "unknown_status", { ...about, status: state.status });
      return {
        kind: "generating",
        historyId,
        planned,
        forecastSeconds,
        images: state.images,
        fullBatches: fullBatchesOf(state),
        queuePosition: state.queuePosition,
      };
    case "generated":
      return {
        kind: "generated",
        historyId,
        planned,
        finished: state.finished,
        tookSeconds: state.tookSeconds,
        images: state.images,
        failure: state.failure && loggedFailure(state.failure, about),
      };
    case "failed":
      return { kind: "failed", failure: loggedFailure(state.failure, about) };
  }
}
