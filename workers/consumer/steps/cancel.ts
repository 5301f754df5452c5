/** Tells the upstream, once, to cancel a job. The next poll shows the outcome. Decides nothing. */
import type { Order } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import type { JobConnection } from "#shared/upstreams/index.ts";
import { loggedFailure } from "./failure.ts";

export async function cancel(
  order: Extract<Order, { kind: "cancel" }>,
  upstream: Pick<JobConnection, "cancel">,
): Promise<Observation> {
  const answer = await upstream.cancel(order.historyId);
  // A failure is only logged: the job continues.
  if (!answer.ok) loggedFailure(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  return { kind: "cancelAsked" };
}
