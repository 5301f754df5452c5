/** What becomes of a delivery when an attempt is over. */
import { log } from "#shared/log.ts";
import type { DeliveryReport, DeliveryState } from "#shared/task/webhook.ts";
import { type Attempted, endPending, selectAttempted, updateAttempted } from "./deliveries.ts";
import { pauseAfter } from "./retries.ts";
import { deleteWebhook } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];

/** Reports that come too late change nothing, except that the delivery arrived. */
export function recordAttempt(sql: Sql, report: DeliveryReport, now: number): void {
  const { id, attempt, status, fault } = report;
  const delivery = selectAttempted(sql, id);
  if (delivery === null || (!hasArrived(report) && !isAwaited(delivery, attempt))) return;
  const state = stateAfter(report);
  const pause = state === "pending" ? pauseAfter(delivery.type, attempt, Math.random()) : null;
  const final = state === "pending" && pause === null ? "failed" : state;
  updateAttempted(sql, id, { status, fault, state: final, next: pause === null ? null : now + pause });
  logAttempt(delivery, report, final);
  if (final !== "gone") return;
  // The receiver wants nothing more about this subject.
  endPending(sql, delivery.subject);
  deleteWebhook(sql, delivery.subject);
}

const hasArrived = ({ status }: DeliveryReport): boolean => status !== null && status >= 200 && status < 300;

const isAwaited = ({ state, attempts }: Attempted, attempt: number): boolean =>
  state === "pending" && attempts === attempt;

function stateAfter(report: DeliveryReport): DeliveryState {
  if (hasArrived(report)) return "delivered";
  return report.status === 410 ? "gone" : "pending";
}

/** Of the address only the host: path and query may be secret. */
function logAttempt({ type, url }: Attempted, report: DeliveryReport, state: DeliveryState): void {
  const { id: delivery, attempt, status, fault } = report;
  const { host } = new URL(url);
  const fields = { delivery, type, host, attempt, status, fault, state };
  if (state === "delivered") log("info", "webhook_delivered", fields);
  else log("warn", "webhook_failed", fields);
}
