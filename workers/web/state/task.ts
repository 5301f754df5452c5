/**
 * A work: one thing the person asked for, from the press of the button to its pictures, as this browser knows it; or a
 * task of the same sessions that was made elsewhere. How what is heard of it is taken in. Pure.
 */
import { isEnded } from "#web/api/events.ts";
import type { Accepted, TaskView } from "#web/api/shapes.ts";
import type { Language } from "#web/messages/index.ts";
import type { Draft } from "./draft.ts";

export type Work = {
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

/** What its pictures will look like, before there are any. */
export type Frame = { count: number; width: number; height: number };

/** Why this page itself does not send a work. */
export type OwnRefusal = "files_lost" | "maybe_made" | "no_sessions";

export type Refusal = { code: string; message: string; hint: string; param: string | null };

/** `sending` and `unsent`: the server does not have it, yet or at all. `live`: it has not ended. */
export type Phase = "sending" | "unsent" | "live" | "completed" | "failed";

export function phaseOf({ view, taskId, refusal }: Work): Phase {
  if (view?.status === "completed" || view?.status === "failed") return view.status;
  if (taskId !== null) return "live";
  return refusal === null ? "sending" : "unsent";
}

export const isRunning = (work: Work): boolean => {
  const phase = phaseOf(work);
  return phase === "sending" || phase === "live";
};

/** What of a work must outlive the page at once; how far it is by then, the server says. */
export function milestoneOf(work: Work): string {
  const { taskId, view, cancel, isHidden } = work;
  return [phaseOf(work), view?.status, taskId, view?.images?.length ?? 0, cancel, isHidden].join(" ");
}

export function newWork(given: Pick<Work, "key" | "draft" | "sessions" | "frame" | "createdAt">): Work {
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

/** What is known of pictures nobody described: most tasks make four squares. */
const usualFrame: Frame = { count: 4, width: 1, height: 1 };

/** A task made elsewhere with the same sessions. */
export function foreignWork(view: TaskView, at: number): Work {
  const createdAt = view.created_at * 1000;
  const work = newWork({ key: view.id, draft: null, sessions: [], frame: usualFrame, createdAt });
  return withView({ ...work, taskId: view.id }, view, at);
}

/** The work, as it stands after that view; the same object when the view says nothing new. */
export function withView(work: Work, view: TaskView, at: number): Work {
  const known = work.view;
  if (known !== null && isStale(view, known)) return work.lost === null ? work : { ...work, lost: null };
  const next = known === null ? view : { ...view, progress: Math.max(view.progress, known.progress) };
  if (known !== null && !isEnded(next) && (known.images?.length ?? 0) > (next.images?.length ?? 0)) {
    next.images = known.images;
  }
  const hints = withHint(work.hints, view);
  const isNews = JSON.stringify(next) !== JSON.stringify(known);
  if (!isNews && work.lost === null && hints === work.hints) return work;
  const heardAt = isNews ? at : work.heardAt;
  return { ...work, taskId: view.id, view: next, heardAt, refusal: null, lost: null, hints };
}

/** Views overtake each other: a stream, a poll and a list are three ways to hear of a task. */
function isStale(view: TaskView, known: TaskView): boolean {
  if (isEnded(known)) return !isEnded(view);
  return view.updated_at < known.updated_at && !isEnded(view);
}

function withHint(hints: Work["hints"], view: TaskView): Work["hints"] {
  const hint = view.error_info?.hint;
  if (!hint) return hints;
  const language = languageOfHint(hint);
  return hints[language] === hint ? hints : { ...hints, [language]: hint };
}

/** A stream may have begun before the person changed the language: the hint itself says which one it is in. */
export const languageOfHint = (hint: string): Language => (/\p{Script=Han}/u.test(hint) ? "zh" : "en");

export type Works = ReadonlyMap<string, Work>;

/** Takes in a page of the server's list; the same map when nothing is new. */
export function mergeList(works: Works, views: readonly TaskView[], at: number): Works {
  const keys = keysByTask(works);
  const next = new Map(works);
  let isChanged = false;
  for (const view of views) {
    const known = works.get(keys.get(view.id) ?? "");
    const work = known === undefined ? foreignWork(view, at) : withView(known, view, at);
    if (work === known) continue;
    next.set(work.key, work);
    isChanged = true;
  }
  return isChanged ? next : works;
}

/** The server has taken the work. */
export const accepted = (work: Work, answer: Accepted): Work => ({
  ...work,
  taskId: answer.id,
  refusal: null,
  lost: null,
});

/**
 * Puts a work in. The list may have shown its task before this page knew whose it is: then the two are one, and the
 * one that knows what was asked for stays.
 * @returns the map, the key under which the work is there, and that of the double that went.
 */
export function merge(works: Works, work: Work): { works: Works; key: string; double: string | null } {
  const next = new Map(works);
  const other =
    work.taskId === null
      ? undefined
      : [...works.values()].find((one) => one.taskId === work.taskId && one.key !== work.key);
  if (other === undefined) return { works: next.set(work.key, work), key: work.key, double: null };
  const [stays, goes] = work.draft === null ? [other, work] : [work, other];
  const isHidden = stays.isHidden || goes.isHidden;
  const one = { ...stays, isHidden };
  next.set(stays.key, goes.view === null ? one : withView(one, goes.view, goes.heardAt));
  next.delete(goes.key);
  return { works: next, key: stays.key, double: goes.key };
}

const keysByTask = (works: Works): Map<string, string> => {
  const keys = new Map<string, string>();
  for (const { taskId, key } of works.values()) if (taskId !== null) keys.set(taskId, key);
  return keys;
};

export const newestFirst = (works: Iterable<Work>): Work[] =>
  [...works].sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? 1 : -1));

/** As many works as the browser remembers. */
const mostKept = 2000;

/** Hidden ones are remembered for as long as the server's list may show them. */
export function prune(stored: readonly Work[], now: number): { kept: Work[]; gone: Work[] } {
  const isOver = ({ isHidden, view, taskId }: Work) =>
    isHidden && (taskId === null || (view !== null && view.expires_at * 1000 < now));
  const kept = newestFirst(stored)
    .filter((work) => !isOver(work))
    .slice(0, mostKept);
  const keys = new Set(kept.map(({ key }) => key));
  return { kept, gone: stored.filter(({ key }) => !keys.has(key)) };
}

/** Works with their day in the reader's own time zone, both newest first. */
export function byDay(works: readonly Work[]): { day: Date; works: Work[] }[] {
  const days: { day: Date; works: Work[] }[] = [];
  for (const work of works) {
    const moment = new Date(work.createdAt);
    const last = days.at(-1);
    if (last?.day.toDateString() === moment.toDateString()) last.works.push(work);
    else days.push({ day: moment, works: [work] });
  }
  return days;
}
