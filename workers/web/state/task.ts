/**
 * A task: one thing the person asked for, from the press of the button to its images, as this browser knows it; or a
 * task of the same sessions that was made elsewhere. How what is heard of it is taken in. Pure.
 */

import type { SubmittedTask } from "#shared/wire/submit.ts";
import type { TaskView } from "#shared/wire/task.ts";
import { isTerminal } from "#web/api/events.ts";
import { maxStoredTasks } from "#web/limits.ts";
import type { Language } from "#web/messages/index.ts";
import type { Draft } from "./draft.ts";

export type Task = {
  /** Its name here; where the page submitted it, its idempotency key as well. */
  key: string;
  /** Null until the server has taken it. */
  taskId: string | null;
  /** What was asked for; null when it was made elsewhere. */
  draft: Draft | null;
  /** Ids of the sessions it was sent with: it can be asked about with these, whatever is switched on by then. */
  sessions: string[];
  /** Fingerprint of the Authorization it was sent with, to which its idempotency key belongs; null: not known. */
  sentAs: string | null;
  frame: Frame;
  createdAt: number;
  view: TaskView | null;
  /** When the view was heard: progress goes on from there. */
  heardAt: number;
  /** Why the server did not take it. */
  refusal: Refusal | null;
  /** Code of why the server does not show it: other sessions, none at all, or it has forgotten. */
  lost: string | null;
  cancel: "wanted" | "asked" | null;
  /** What to do about its failure, in each language that was asked for so far. */
  hints: Partial<Record<Language, string>>;
  /** Taken off the page. Remembered, because the server's list still has it. */
  isHidden: boolean;
  /** The browser had no room for its reference files: without them it is not what was asked for. */
  isFilesLost: boolean;
};

/** What its images will look like, before there are any. */
export type Frame = { count: number; width: number; height: number };

export type Refusal = { code: string; message: string; hint: string; param: string | null };

/** `sending` and `unsent`: the server does not have it, yet or at all. `live`: it has not ended. */
export type Phase = "sending" | "unsent" | "live" | "completed" | "failed";

export function phaseOf({ view, taskId, refusal }: Task): Phase {
  if (view?.status === "completed" || view?.status === "failed") return view.status;
  if (taskId !== null) return "live";
  return refusal === null ? "sending" : "unsent";
}

export const isRunning = (task: Task): boolean => {
  const phase = phaseOf(task);
  return phase === "sending" || phase === "live";
};

/** What of a task must outlive the page at once; how far it is by then, the server says. */
export function milestoneOf(task: Task): string {
  const { taskId, view, cancel, isHidden } = task;
  return [phaseOf(task), view?.status, taskId, view?.images?.length ?? 0, cancel, isHidden].join(" ");
}

export function newTask(given: Pick<Task, "key" | "draft" | "sessions" | "frame" | "createdAt">): Task {
  return {
    ...given,
    taskId: null,
    sentAs: null,
    view: null,
    heardAt: given.createdAt,
    refusal: null,
    lost: null,
    cancel: null,
    hints: {},
    isHidden: false,
    isFilesLost: false,
  };
}

/** What is known of images nobody described: most tasks make four squares. */
const usualFrame: Frame = { count: 4, width: 1, height: 1 };

/** A task made elsewhere with the same sessions. */
export function taskMadeElsewhere(view: TaskView, at: number): Task {
  const createdAt = view.created_at * 1000;
  const task = newTask({ key: view.id, draft: null, sessions: [], frame: usualFrame, createdAt });
  return withView({ ...task, taskId: view.id }, view, at);
}

/** The task, as it stands after that view; the same object when the view says nothing new. */
export function withView(task: Task, view: TaskView, at: number): Task {
  const known = task.view;
  if (known !== null && isStale(view, known)) return task.lost === null ? task : { ...task, lost: null };
  const next = known === null ? view : { ...view, progress: Math.max(view.progress, known.progress) };
  if (known !== null && !isTerminal(next) && (known.images?.length ?? 0) > (next.images?.length ?? 0)) {
    next.images = known.images;
  }
  const hints = withHint(task.hints, view);
  const isNews = JSON.stringify(next) !== JSON.stringify(known);
  if (!isNews && task.lost === null && hints === task.hints) return task;
  const heardAt = isNews ? at : task.heardAt;
  return { ...task, taskId: view.id, view: next, heardAt, refusal: null, lost: null, hints };
}

/** Views overtake each other: a stream, a poll and a list are three ways to hear of a task. */
function isStale(view: TaskView, known: TaskView): boolean {
  if (isTerminal(known)) return !isTerminal(view);
  return view.updated_at < known.updated_at && !isTerminal(view);
}

function withHint(hints: Task["hints"], view: TaskView): Task["hints"] {
  const hint = view.error_info?.hint;
  if (!hint) return hints;
  const language = languageOfHint(hint);
  return hints[language] === hint ? hints : { ...hints, [language]: hint };
}

/** A stream may have begun before the person changed the language: the hint itself says which one it is in. */
export const languageOfHint = (hint: string): Language => (/\p{Script=Han}/u.test(hint) ? "zh" : "en");

export type Tasks = ReadonlyMap<string, Task>;

/** Takes in a page of the server's list; the same map when nothing is new. */
export function mergeList(tasks: Tasks, views: readonly TaskView[], at: number): Tasks {
  const keys = keysByTask(tasks);
  const next = new Map(tasks);
  let isChanged = false;
  for (const view of views) {
    const known = tasks.get(keys.get(view.id) ?? "");
    const task = known === undefined ? taskMadeElsewhere(view, at) : withView(known, view, at);
    if (task === known) continue;
    next.set(task.key, task);
    isChanged = true;
  }
  return isChanged ? next : tasks;
}

/** The server has taken the task. */
export const accepted = (task: Task, answer: SubmittedTask): Task => ({
  ...task,
  taskId: answer.id,
  refusal: null,
  lost: null,
});

/**
 * Puts a task in. The list may have shown its task before this page knew whose it is: then the two are one, and the
 * one that knows what was asked for stays.
 * @returns the map, the key under which the task is there, and that of the double that went.
 */
export function merge(tasks: Tasks, task: Task): { tasks: Tasks; key: string; double: string | null } {
  const next = new Map(tasks);
  const other =
    task.taskId === null
      ? undefined
      : [...tasks.values()].find((one) => one.taskId === task.taskId && one.key !== task.key);
  if (other === undefined) return { tasks: next.set(task.key, task), key: task.key, double: null };
  const [stays, goes] = task.draft === null ? [other, task] : [task, other];
  const isHidden = stays.isHidden || goes.isHidden;
  const one = { ...stays, isHidden };
  next.set(stays.key, goes.view === null ? one : withView(one, goes.view, goes.heardAt));
  next.delete(goes.key);
  return { tasks: next, key: stays.key, double: goes.key };
}

const keysByTask = (tasks: Tasks): Map<string, string> => {
  const keys = new Map<string, string>();
  for (const { taskId, key } of tasks.values()) if (taskId !== null) keys.set(taskId, key);
  return keys;
};

export const newestFirst = (tasks: Iterable<Task>): Task[] =>
  [...tasks].sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? 1 : -1));

/** Hidden ones are remembered for as long as the server's list may show them. */
export function prune(stored: readonly Task[], now: number): { kept: Task[]; gone: Task[] } {
  const isOver = ({ isHidden, view, taskId }: Task) =>
    isHidden && (taskId === null || (view !== null && view.expires_at * 1000 < now));
  const kept = newestFirst(stored)
    .filter((task) => !isOver(task))
    .slice(0, maxStoredTasks);
  const keys = new Set(kept.map(({ key }) => key));
  return { kept, gone: stored.filter(({ key }) => !keys.has(key)) };
}

/** Tasks with their day in the reader's own time zone, both newest first. */
export function byDay(tasks: readonly Task[]): { day: Date; tasks: Task[] }[] {
  const days: { day: Date; tasks: Task[] }[] = [];
  for (const task of tasks) {
    const moment = new Date(task.createdAt);
    const last = days.at(-1);
    if (last?.day.toDateString() === moment.toDateString()) last.tasks.push(task);
    else days.push({ day: moment, tasks: [task] });
  }
  return days;
}
