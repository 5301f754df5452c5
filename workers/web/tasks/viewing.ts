/** Which picture the large view shows, and what lies before and after it: the pictures of the page in their order. */
import { computed, signal } from "@preact/signals";
import { type Picture, picturesOf } from "#web/state/pictures.ts";
import type { Work } from "#web/state/task.ts";
import { completed, current, works } from "#web/state/tasks.ts";

export type Shown = { work: Work; picture: Picture };

/** The picture's id; null while the large view is closed. */
const openId = signal<string | null>(null);
/** So many works of the gallery are on the page. */
export const galleryLength = signal(24);

export const inGallery = computed(() => completed.value.slice(0, galleryLength.value));

/** What the large view leafs through: all that is on the page, in the order in which it is there. */
export const sequence = computed<Picture[]>(() => [...current.value, ...inGallery.value].flatMap(picturesOf));

export const shown = computed<Shown | null>(() => {
  const id = openId.value;
  if (id === null) return null;
  const work = works.value.get(keyOf(id));
  const picture = work && picturesOf(work).find((one) => one.id === id);
  return work && picture ? { work, picture } : null;
});

/** Place in the sequence, from 0. */
export const place = computed(() => sequence.value.findIndex(({ id }) => id === openId.value));

export function openPicture(id: string): void {
  if (openId.peek() === null) history.pushState({ picture: true }, "");
  openId.value = id;
}

/** Resolves when the page is as it was: going back in the history puts the scroll position back, too. */
export async function closeViewer(): Promise<void> {
  if (openId.peek() === null) return;
  openId.value = null;
  if (!isOwnEntry(history.state)) return;
  const isBack = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  history.back();
  await isBack;
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

export function step(by: 1 | -1): void {
  const next = sequence.peek()[place.peek() + by];
  if (next !== undefined && place.peek() !== -1) openId.value = next.id;
}

/** The browser's back button closes the large view. @returns stops that. */
export function watchHistory(): () => void {
  const onPop = () => {
    openId.value = null;
  };
  addEventListener("popstate", onPop);
  return () => removeEventListener("popstate", onPop);
}

const isOwnEntry = (state: unknown): boolean => typeof state === "object" && state !== null && "picture" in state;

/** Ids are the work's key, a slash and the place in the work. */
const keyOf = (id: string): string => id.slice(0, id.lastIndexOf("/"));
