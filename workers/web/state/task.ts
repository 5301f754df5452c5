/**
 * A task as this browser knows it: submitted here, from the press of the button on, or made elsewhere with the same
 * sessions. `TaskView` is the server's view of it. Pure.
 */

import type { SubmittedTask } from "#shared/wire/submit.ts";
import type { TaskView } from "#shared/wire/task.ts";
import { isTerminal } from "#web/api/events.ts";
import { maxStoredTasks } from "#web/limits.ts";
import type { Language } from "#web/messages/index.ts";
import type { Draft } from "./draft.ts";
import { keptDraft } from "./kept-draft.ts";

export type Task = {
  /** Its id in this browser, and its idempotency key when this page submitted it. */
  key: string;
  /** The server's id; null until the server accepted it. */
  taskId: string | null;
  /** Of a task made elsewhere the one that the server kept; null: it kept none. */
  draft: Draft | null;
  /** Ids of the sessions that submitted it. They may read it, whichever are active later. */
  sessions: string[];
  /** Fingerprint of the Authorization header that its idempotency key belongs to; null: unknown. */
  sentAs: string | null;
  frame: Frame;
  createdAt: number;
  view: TaskView | null;
  /** When the view arrived, in milliseconds: progress continues from there. */
  heardAt: number;
  /** Why the server did not accept it. */
  refusal: Refusal | null;
  /** Code of why the server does not return it: other sessions, none, or it has expired. */
  lost: string | null;
  cancel: "wanted" | "asked" | null;
  /** Hints about its failure, in the languages fetched so far. */
  hints: Partial<Record<Language, string>>;
  /** Removed from the page. Still stored, because the server's list has it. */
  isHidden: boolean;
  /** The batch that it belongs to: it has no card of its own. */
  batch: { id: string; line: number } | null;
  /** Its reference files are not at hand, so it cannot be sent again: the browser had no space, or it was made elsewhere. */
  isFilesLost: boolean;
};

/** Number and size of the images to come. */
export type Frame = { count: number; width: number; height: number };

export type Refusal = { code: string; message: string; hint: string; param: string | null };

/** `sending`: not accepted yet. `unsent`: refused. `live`: accepted and not terminal. */
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

/** Changes when a task must be stored at once; the rest comes again from the server. */
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
    batch: null,
    isFilesLost: false,
  };
}

/** The frame of a task made elsewhere: most tasks make four square images. */
const usualFrame: Frame = { count: 4, width: 1, height: 1 };

function keptFrame({ count, ratio }: Draft): Frame {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  return { count: count ?? usualFrame.count, width, height };
}

/** A task made elsewhere with the same sessions. */
export function taskMadeElsewhere(view: TaskView, at: number): Task {
  const createdAt = view.created_at * 1000;
  const task = newTask({ key: view.id, draft: null, sessions: [], frame: usualFrame, createdAt });
  return withView({ ...task, taskId: view.id }, view, at);
}

/** Not submitted by this browser. */
const isMadeElsewhere = ({ key, taskId }: Pick<Task, "key" | "taskId">): boolean => key === taskId;

/** The task after a view; the same object when the view has nothing new. */
export function withView(task: Task, view: TaskView, at: number): Task {
  const known = task.view;
  if (known !== null && isStale(view, known)) return task.lost === null ? task : { ...task, lost: null };
  const next = known === null ? view : { ...view, progress: Math.max(view.progress, known.progress) };
  if (known !== null && !isTerminal(next) && (known.images?.length ?? 0) > (next.images?.length ?? 0)) {
    next.images = known.images;
  }
  const hints = withHint(task.hints, view);
  const draft = task.draft ?? keptDraft(view);
  const isNews = JSON.stringify(next) !== JSON.stringify(known);
  if (!isNews && task.lost === null && hints === task.hints && draft === task.draft) return task;
  const heardAt = isNews ? at : task.heardAt;
  const isFilesLost = draft?.mode === "image";
  const kept = task.draft === null && draft !== null ? { draft, isFilesLost, frame: keptFrame(draft) } : {};
  return { ...task, ...kept, taskId: view.id, view: next, heardAt, refusal: null, lost: null, hints };
}

/** Views from the stream, polls and the list may overtake each other. */
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

/** By its script: a stream may have begun before the page's language changed. */
export const languageOfHint = (hint: string): Language => (/\p{Script=Han}/u.test(hint) ? "zh" : "en");

export type Tasks = ReadonlyMap<string, Task>;

/** Adds a page of the server's list; the same map when nothing is new. */
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

/** The task once the server accepted it. */
export const accepted = (task: Task, answer: SubmittedTask): Task => ({
  ...task,
  taskId: answer.id,
  refusal: null,
  lost: null,
});

/**
 * Adds a task. The list may have returned it before the answer to its submit: then the two are merged, and the one of
 * this browser stays.
 * @returns the map, the key of the task, and the key of the duplicate that was removed.
 */
export function merge(tasks: Tasks, task: Task): { tasks: Tasks; key: string; duplicate: string | null } {
  const next = new Map(tasks);
  const other =
    task.taskId === null
      ? undefined
      : [...tasks.values()].find((one) => one.taskId === task.taskId && one.key !== task.key);
  if (other === undefined) return { tasks: next.set(task.key, task), key: task.key, duplicate: null };
  const [stays, goes] = isMadeElsewhere(task) ? [other, task] : [task, other];
  const isHidden = stays.isHidden || goes.isHidden;
  const one = { ...stays, isHidden };
  next.set(stays.key, goes.view === null ? one : withView(one, goes.view, goes.heardAt));
  next.delete(goes.key);
  return { tasks: next, key: stays.key, duplicate: goes.key };
}

const keysByTask = (tasks: Tasks): Map<string, string> => {
  const keys = new Map<string, string>();
  for (const { taskId, key } of tasks.values()) if (taskId !== null) keys.set(taskId, key);
  return keys;
};

export const newestFirst = (tasks: Iterable<Task>): Task[] =>
  [...tasks].sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? 1 : -1));

/** The tasks to keep: the newest, without hidden ones that the server's list no longer has. */
export function prune(stored: readonly Task[], now: number): { kept: Task[]; gone: Task[] } {
  const isOver = ({ isHidden, view, taskId }: Task) =>
    isHidden && (taskId === null || (view !== null && view.expires_at * 1000 < now));
  const kept = newestFirst(stored)
    .filter((task) => !isOver(task))
    .slice(0, maxStoredTasks);
  const keys = new Set(kept.map(({ key }) => key));
  return { kept, gone: stored.filter(({ key }) => !keys.has(key)) };
}

/** Tasks by day in the user's time zone, both newest first. */
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
