/** Carries out a submit: one call upstream, and what was seen. Decides nothing. */
import type { WorkOrder } from "../../../shared/task/coordinator.ts";
import type { Observation } from "../../../shared/task/events.ts";
import type { TaskRequest } from "../../../shared/task/schema.ts";
import { findModel, type Ratio, type Resolution, type Session, type Upstream } from "../../../shared/upstream/index.ts";
import { failureOf } from "./failure.ts";

export async function submit(
  order: Extract<WorkOrder, { kind: "submit" }>,
  session: Session,
  upstream: Pick<Upstream, "submit">,
): Promise<Observation> {
  const job = jobOf(order.submitId, order.request);
  const answer = await upstream.submit(session, job);
  if (answer.ok) return { kind: "accepted", ...answer.value };
  const failure = failureOf(answer.error, { task: order.task, order: order.kind, session: order.session.label });
  return answer.error.answered ? { kind: "refused", failure } : { kind: "unsure", failure };
}

/** The request in the upstream's words. The API has checked every value against the same tables. */
function jobOf(submitId: string, request: TaskRequest) {
  const model = findModel(request.model);
  if (model === null) throw new Error(`no model ${request.model} in the table`);
  return {
    ...request,
    submitId,
    model,
    ratio: request.ratio as Ratio,
    resolution: request.resolution as Resolution,
  };
}
