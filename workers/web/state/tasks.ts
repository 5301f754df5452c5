/**
 * The tasks of this page: what the browser remembers and what the server lists, as one, and what a person can do with
 * them. The card is there before the server has answered; whatever is sent twice carries the same idempotency key.
 */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { SubmittedTask } from "#shared/wire/submit.ts";
import type { CancelledTask, TaskView } from "#shared/wire/task.ts";
import { ApiError } from "#web/api/api-error.ts";
import { taskPath } from "#web/api/events.ts";
import { maxDiskWaitMs, maxEndedInSight, submitTimeoutMs } from "#web/limits.ts";
import { call } from "./client.ts";
import { noteSilence } from "./connection.ts";
import { type Draft, requestOf } from "./draft.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { frameOf } from "./images.ts";
import { models } from "./models.ts";
import { newId } from "./new-id.ts";
import { active, authorization, authorizationOf } from "./sessions.ts";
import { accepted, isRunning, merge, newestFirst, newTask, phaseOf, type Task, type Tasks, withView } from "./task.ts";
import { flush, keep } from "./task-store.ts";

export const tasks = signal<Tasks>(new Map());
/** Keys of those that were on their way at some time since the page was opened: they stay where they are when done. */
const seenRunning = signal<ReadonlySet<string>>(new Set());

const shown = computed(() => newestFirst([...tasks.value.values()].filter((task) => !task.isHidden)));

export const running: ReadonlySignal<Task[]> = computed(() => shown.value.filter(isRunning));
export const finished: ReadonlySignal<Task[]> = computed(() => shown.value.filter((task) => !isRunning(task)));

/** What is going on, and how the last of it ended. */
export const current: ReadonlySignal<Task[]> = computed(() => {
  const room = { completed: maxEndedInSight, failed: maxEndedInSight };
  return shown.value.filter((task) => {
    const phase = phaseOf(task);
    if (phase !== "completed" && phase !== "failed") return true;
    if (!seenRunning.value.has(task.key)) return false;
    room[phase] -= 1;
    return room[phase] >= 0;
  });
});

const isCurrent = computed(() => new Set(current.value.map(({ key }) => key)));
const past = computed(() => shown.value.filter(({ key }) => !isCurrent.value.has(key)));
export const completed = computed(() => past.value.filter((task) => phaseOf(task) === "completed"));
export const failed = computed(() => past.value.filter((task) => phaseOf(task) === "failed"));

/** Key of the task that was asked for last in this window. */
export const lastSubmitted = signal<string | null>(null);

/** Shows the card, then sends the request. Never rejects: what goes wrong is told on the card. */
export async function submit(draft: Draft): Promise<void> {
  const model = models.peek().find(({ id }) => id === draft.model);
  const sessions = active.peek().map(({ id }) => id);
  const frame = frameOf(draft, model);
  const task = newTask({ key: newId(), draft, sessions, frame, createdAt: Date.now() });
  task.sentAs = fingerprintOf(authorizationOf(sessions));
  put(task);
  lastSubmitted.value = task.key;
  // On the disk before it is on its way, where the disk is quick: a page closed meanwhile knows its key.
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, maxDiskWaitMs))]);
  await send(task.key);
}

/** Sends a task that the server does not have, so far as this page knows. */
export async function send(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task === undefined || task.draft === null || task.taskId !== null || sending.has(key)) return;
  const hindrance = blockedBy(task);
  if (hindrance !== null) {
    const refusal = { code: hindrance, message: "", hint: "", param: null };
    return change(key, (one) => ({ ...one, refusal }));
  }
  const { path, body, headers } = requestOf(task.draft);
  sending.add(key);
  const abort = new AbortController();
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
    const fault = error instanceof ApiError ? error : silence;
    if (fault.code === "offline") noteSilence();
    const { code, message, hint, param } = fault;
    change(key, (one) => ({ ...one, refusal: { code, message, hint, param } }));
  } finally {
    clearTimeout(timer);
    sending.delete(key);
  }
}

/** Keys of what this window is sending. */
const sending = new Set<string>();

/** Why the page itself does not send a task. */
type LocalRefusal = "files_lost" | "maybe_made" | "no_sessions";

/** Code of why a task must not go out as it is; null when it may. */
function blockedBy({ sessions, sentAs, isFilesLost }: Task): LocalRefusal | null {
  if (isFilesLost) return "files_lost";
  if (sessions.length === 0) return "no_sessions";
  const isIntact =
    sentAs === null
      ? sessions.every((id) => authorizationOf([id]) !== null)
      : fingerprintOf(authorizationOf(sessions)) === sentAs;
  // The idempotency key belongs to these very sessions: with others, the server would make it a second time.
  return isIntact ? null : "maybe_made";
}

/** Still on its way, though whoever was sending it must have given up: a window that was closed meanwhile. */
export const isAbandoned = (task: Task, at: number): boolean =>
  phaseOf(task) === "sending" &&
  !sending.has(task.key) &&
  at - task.createdAt > submitTimeoutMs[task.draft?.mode ?? "text"];

const silence = new ApiError({ status: 0, code: "offline", message: "No answer in time." });

function markAccepted(key: string, answer: SubmittedTask): void {
  change(key, (task) => accepted(task, answer));
  if (tasks.peek().get(key)?.cancel === "wanted") void cancel(key).catch(() => undefined);
}

/**
 * Tries again. What the server may have taken without our hearing of it goes out as it was, under the same key; what it
 * refused or could not finish, as a new request in the old one's place.
 */
export async function retry(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task?.draft == null || task.isFilesLost) return;
  if (phaseOf(task) === "unsent" && isOutcomeUnknown(task)) {
    change(key, (one) => ({ ...one, refusal: null, cancel: null }));
    return send(key);
  }
  batch(() => {
    hide(key);
    void submit(task.draft as Draft);
  });
}

const isOutcomeUnknown = ({ refusal }: Task): boolean =>
  refusal?.code === "offline" || refusal?.code === "unreadable" || refusal?.code === "internal";

type CancelOutcome = CancelledTask["cancel"] | "wanted";

/** @throws ApiError, but not when it had ended already: then the next view says how. */
export async function cancel(key: string): Promise<CancelOutcome> {
  const task = tasks.peek().get(key);
  if (task?.taskId == null) {
    change(key, (one) => ({ ...one, cancel: "wanted" }));
    return "wanted";
  }
  change(key, (one) => ({ ...one, cancel: "asked" }));
  try {
    const path = `${taskPath(task.taskId)}/cancel`;
    const { cancel: outcome, ...view } = await call<CancelledTask>(path, { method: "POST", ...asOwner(task) });
    hear(key, view);
    if (outcome === "too_late") change(key, (one) => ({ ...one, cancel: null }));
    return outcome;
  } catch (error) {
    change(key, (one) => ({ ...one, cancel: null }));
    if (error instanceof ApiError && error.code === "already_finished") return "too_late";
    throw error;
  }
}

/** Takes a task off the page; its images stay where they are. @returns puts it back. */
export function remove(key: string): () => void {
  hide(key);
  // Written at once: a page that is closed next has no time left for it, and the server's list would bring it back.
  void flush();
  return () => {
    change(key, (one) => ({ ...one, isHidden: false }));
    void flush();
  };
}

const hide = (key: string): void => change(key, (one) => ({ ...one, isHidden: true }));

/** Asks once how a task stands: for its hint in another language, say. */
export async function pollTask(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task?.taskId == null) return;
  hear(key, await call<TaskView>(taskPath(task.taskId), asOwner(task)));
}

/** Whoever submitted a task may ask about it, also when other sessions are switched on by now. */
export function asOwner({ sessions }: Pick<Task, "sessions">): { authorization: string | null } {
  return { authorization: authorizationOf(sessions) ?? authorization() };
}

export function hear(key: string, view: TaskView): void {
  const before = tasks.peek().get(key);
  change(key, (task) => withView(task, view, Date.now()));
  const after = tasks.peek().get(key);
  // Written at once: a page that is loaded again next, without a server, has nobody to ask for the images.
  if (before !== undefined && isRunning(before) && after !== undefined && !isRunning(after)) void flush();
}

export function markLost(key: string, code: string): void {
  change(key, (task) => (task.lost === code ? task : { ...task, lost: code }));
}

export function change(key: string, next: (task: Task) => Task): void {
  const task = tasks.peek().get(key);
  if (task === undefined) return;
  const changed = next(task);
  if (changed !== task) put(changed);
}

export function put(task: Task): void {
  const { tasks: next, key, double } = merge(tasks.peek(), task);
  const one = next.get(key) ?? task;
  batch(() => {
    tasks.value = next;
    const seen = seenRunning.peek();
    const isSeen = isRunning(one) || (double !== null && seen.has(double));
    if (isSeen && !seen.has(one.key)) seenRunning.value = new Set(seen).add(one.key);
  });
  if (double !== null) keep(double, null);
  keep(one.key, one);
}
