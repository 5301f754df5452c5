/**
 * Polls the jobs of one session in one upstream call, by submit id: so a job whose acceptance was lost is found the
 * same way. Decides nothing.
 */
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import type { JobConnection, PolledState } from "#shared/upstreams/index.ts";
import { loggedFailure } from "./failure.ts";

export type PollOrder = Extract<Order, { kind: "poll" | "recover" }>;

/** @param orders all for the same session. @returns one observation per order. */
export async function poll(orders: PollOrder[], upstream: Pick<JobConnection, "poll">): Promise<Observation[]> {
  const answer = await upstream.poll(orders);
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

function observationOf(state: PolledState, about: { task: string; order: string; session: string }): Observation {
  switch (state.kind) {
    case "generating": {
      const { unknownStatus, ...seen } = state;
      if (unknownStatus !== null) log("warn", "unknown_status", { ...about, status: unknownStatus });
      return seen;
    }
    case "generated":
      return { ...state, failure: state.failure && loggedFailure(state.failure, about) };
    case "failed":
      return { kind: "failed", failure: loggedFailure(state.failure, about) };
  }
}
