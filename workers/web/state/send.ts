/** Sends the request of a task. Every repeat carries the same idempotency key: the server makes the task once. */
import type { SubmittedTask } from "#shared/wire/submit.ts";
import { ApiError } from "#web/api/api-error.ts";
import { submitTimeoutMs } from "#web/limits.ts";
import { call } from "./client.ts";
import { noteNoAnswer } from "./connection.ts";
import { watchDeparture } from "./departure.ts";
import { requestOf } from "./draft.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { authorizationOf } from "./sessions.ts";
import { accepted, phaseOf, type Task } from "./task.ts";
import { cancel } from "./task-updates.ts";
import { change, tasks } from "./tasks.ts";

/**
 * Sends a task that, as far as this page knows, the server does not have. Never rejects: a failure becomes its refusal.
 */
export async function send(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task === undefined || task.draft === null || task.taskId !== null || sending.has(key)) return;
  const reason = blockedBy(task);
  if (reason !== null) {
    const refusal = { code: reason, message: "", hint: "", param: null };
    return change(key, (one) => ({ ...one, refusal }));
  }
  const { path, body, headers } = requestOf(task.draft);
  sending.add(key);
  const abort = new AbortController();
  const departure = watchDeparture();
  const timer = setTimeout(() => abort.abort(), submitTimeoutMs[task.draft.mode]);
  try {
    const answer = await call<SubmittedTask>(path, {
      method: "POST",
      headers: { ...headers, "Idempotency-Key": key },
      body,
      authorization: authorizationOf(task.sessions),
      signal: abort.signal,
    });
    markAccepted(key, answer);
  } catch (error) {
    // The next page sends a task without a refusal again, under the same key.
    await departure.passed();
    const fault = error instanceof ApiError ? error : silence;
    if (fault.code === "offline") noteNoAnswer();
    const { code, message, hint, param } = fault;
    change(key, (one) => ({ ...one, refusal: { code, message, hint, param } }));
  } finally {
    clearTimeout(timer);
    departure.end();
    sending.delete(key);
  }
}

/** Keys of the tasks that this window is sending. */
const sending = new Set<string>();

/** Why the page itself does not send a task. */
type LocalRefusal = "files_lost" | "maybe_made" | "no_sessions";

/** Why a task, or a batch, must not be sent as it is; null when it may. */
export function blockedBy({
  sessions,
  sentAs,
  isFilesLost,
}: Pick<Task, "sessions" | "sentAs" | "isFilesLost">): LocalRefusal | null {
  if (isFilesLost) return "files_lost";
  if (sessions.length === 0) return "no_sessions";
  const isIntact =
    sentAs === null
      ? sessions.every((id) => authorizationOf([id]) !== null)
      : fingerprintOf(authorizationOf(sessions)) === sentAs;
  // The idempotency key belongs to these sessions: with others, the server would make the task a second time.
  return isIntact ? null : "maybe_made";
}

/** Whether the window that was sending a task must have been closed. @param at the current time in milliseconds. */
export const isAbandoned = (task: Task, at: number): boolean =>
  phaseOf(task) === "sending" &&
  !sending.has(task.key) &&
  at - task.createdAt > submitTimeoutMs[task.draft?.mode ?? "text"];

/** The fault of a request that was given up. */
export const silence = new ApiError({ status: 0, code: "offline", message: "No answer in time." });

function markAccepted(key: string, answer: SubmittedTask): void {
  change(key, (task) => accepted(task, answer));
  if (tasks.peek().get(key)?.cancel === "wanted") void cancel(key).catch(() => undefined);
}
