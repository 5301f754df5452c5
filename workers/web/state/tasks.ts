/** The tasks of this page, those that the browser stores and those that the server lists, and the groups it shows. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { maxEndedInSight } from "#web/limits.ts";
import { isRunning, merge, newestFirst, phaseOf, type Task, type Tasks } from "./task.ts";
import { flush, scheduleWrite } from "./task-store.ts";

export const tasks = signal<Tasks>(new Map());
/** Keys of tasks that ran since the page was opened. When they end they stay among the current ones. */
const seenRunning = signal<ReadonlySet<string>>(new Set());

const shown = computed(() => newestFirst([...tasks.value.values()].filter((task) => !task.isHidden)));

export const running: ReadonlySignal<Task[]> = computed(() => shown.value.filter(isRunning));
export const finished: ReadonlySignal<Task[]> = computed(() => shown.value.filter((task) => !isRunning(task)));

/** Running and unsent tasks, and the newest that ended since the page was opened. */
export const current: ReadonlySignal<Task[]> = computed(() => {
  const free = { completed: maxEndedInSight, failed: maxEndedInSight };
  return shown.value.filter((task) => {
    const phase = phaseOf(task);
    if (phase !== "completed" && phase !== "failed") return true;
    if (!seenRunning.value.has(task.key)) return false;
    free[phase] -= 1;
    return free[phase] >= 0;
  });
});

const isCurrent = computed(() => new Set(current.value.map(({ key }) => key)));
const past = computed(() => shown.value.filter(({ key }) => !isCurrent.value.has(key)));
export const completed = computed(() => past.value.filter((task) => phaseOf(task) === "completed"));
export const failed = computed(() => past.value.filter((task) => phaseOf(task) === "failed"));

/** Removes a task from the page; its images stay on the server. @returns a function that restores it. */
export function remove(key: string): () => void {
  hide(key);
  // Written at once: otherwise a page that is closed next would show it again from the server's list.
  void flush();
  return () => {
    change(key, (one) => ({ ...one, isHidden: false }));
    void flush();
  };
}

/** Forgets a task that was deleted on the server; only its key stays, hidden, until the next visit. */
export function forget(key: string): void {
  change(key, (one) => ({ ...one, ...nothingLeft, isHidden: true }));
  void flush();
}

const nothingLeft = { draft: null, taskId: null, view: null, refusal: null, hints: {} };

/** For a task that another one replaces. */
export const hide = (key: string): void => change(key, (one) => ({ ...one, isHidden: true }));

export function change(key: string, next: (task: Task) => Task): void {
  const task = tasks.peek().get(key);
  if (task === undefined) return;
  const changed = next(task);
  if (changed !== task) put(changed);
}

export function put(task: Task): void {
  const { tasks: next, key, duplicate } = merge(tasks.peek(), task);
  const one = next.get(key) ?? task;
  batch(() => {
    tasks.value = next;
    const seen = seenRunning.peek();
    const isSeen = isRunning(one) || (duplicate !== null && seen.has(duplicate));
    if (isSeen && !seen.has(one.key)) seenRunning.value = new Set(seen).add(one.key);
  });
  if (duplicate !== null) scheduleWrite(duplicate, null);
  scheduleWrite(one.key, one);
}
