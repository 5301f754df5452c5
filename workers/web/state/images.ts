/** The images of a task: those that are there, and the shape of those that are not yet. Pure. */
import type { Model, Pixels } from "#shared/wire/models.ts";
import type { Draft } from "./draft.ts";
import { type Frame, phaseOf, type Task } from "./task.ts";

export type TaskImage = Pixels & {
  /** Unique on the page. */
  id: string;
  url: string;
  index: number;
  bytes: number | null;
};

export function imagesOf({ key, view, frame }: Task): TaskImage[] {
  if (view === null || view.status === "failed") return [];
  const { width, height } = frame;
  const images = view.data ?? (view.images ?? []).map((url) => ({ url, width, height, bytes: null as number | null }));
  return images.map((image, index) => ({
    id: `${key}/${index}`,
    index,
    url: image.url,
    width: image.width || width,
    height: image.height || height,
    bytes: image.bytes,
  }));
}

/** Tiles of its card: one for each image, and for each that is still expected. */
export function tileCount(task: Task): number {
  const there = imagesOf(task).length;
  return phaseOf(task) === "completed" ? there : Math.max(there, task.frame.count);
}

/** How many images will come, and of what shape, as far as the draft and its model tell. */
export function frameOf(draft: Pick<Draft, "count" | "ratio" | "resolution">, model: Model | undefined): Frame {
  const size = model?.sizes[draft.resolution]?.[draft.ratio] ?? shapeOf(draft.ratio);
  return { count: draft.count ?? model?.default_count ?? usualCount, ...size };
}

const usualCount = 4;

function shapeOf(ratio: string): Pixels {
  const [width, height] = ratio.split(":").map(Number);
  return width && height ? { width, height } : { width: 1, height: 1 };
}

/** Wide images in pairs, others four in a row: a row of a card is never a strip. */
export function columnsFor(count: number, { width, height }: Pixels): number {
  const isWide = width / height > 1.6;
  if (count <= 2) return count;
  if (isWide) return 2;
  return count === 3 ? 3 : 4;
}
