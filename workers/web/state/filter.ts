/** What the gallery is searched for: words of the prompt, a model, a shape, a time, favourites. Pure. */
import type { Pixels } from "#shared/wire/models.ts";
import type { Task } from "./task.ts";

export const shapes = ["landscape", "portrait", "square"] as const;
export type Shape = (typeof shapes)[number];

export const times = ["day", "week", "month"] as const;
export type Time = (typeof times)[number];

/** What the shown images have in common; a field that is null asks for nothing. */
export type Filter = {
  text: string;
  model: string | null;
  shape: Shape | null;
  time: Time | null;
  isFavourite: boolean;
};

export const noFilter: Filter = { text: "", model: null, shape: null, time: null, isFavourite: false };

/** Beside the words, which the search field shows. */
export const isNarrowed = ({ model, shape, time, isFavourite }: Filter): boolean =>
  model !== null || shape !== null || time !== null || isFavourite;

export const isFiltering = (filter: Filter): boolean => wordsOf(filter.text).length > 0 || isNarrowed(filter);

export const modelOf = ({ view, draft }: Pick<Task, "view" | "draft">): string => view?.model ?? draft?.model ?? "";

/** @returns a test of tasks. @param now Unix milliseconds; days are those of the user's time zone. */
export function taskTest({ text, model, time }: Filter, now: number): (task: Task) => boolean {
  const words = wordsOf(text);
  const since = time === null ? Number.NEGATIVE_INFINITY : startOf(time, now);
  return (task) => {
    if (task.createdAt < since || (model !== null && modelOf(task) !== model)) return false;
    if (words.length === 0) return true;
    const prompt = plain(task.draft?.prompt ?? "");
    return words.every((word) => prompt.includes(word));
  };
}

/** @returns a test of images. @param favourites names of images. */
export function imageTest({ shape, isFavourite }: Filter, favourites: ReadonlySet<string>) {
  return (image: Pixels & { name: string }): boolean =>
    (shape === null || shapeOf(image) === shape) && (!isFavourite || favourites.has(image.name));
}

/** Nearly square counts as square. */
export function shapeOf({ width, height }: Pixels): Shape {
  const ratio = width / height;
  if (ratio > 1.05) return "landscape";
  return ratio < 0.95 ? "portrait" : "square";
}

function startOf(time: Time, now: number): number {
  const today = new Date(now);
  const daysBefore = { day: 0, week: 6, month: 29 }[time];
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysBefore).getTime();
}

const wordsOf = (text: string): string[] =>
  plain(text)
    .split(/\s+/)
    .filter((word) => word !== "");

/** Wide letters, capitals and accents do not matter. */
const plain = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
