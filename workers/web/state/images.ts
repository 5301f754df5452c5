/** The images of a task, and the size of those to come. Pure. */
import type { Model, Pixels } from "#shared/wire/models.ts";
import type { Draft } from "./draft.ts";
import { type Frame, phaseOf, type Task } from "./task.ts";

export type TaskImage = Pixels & {
  /** Unique on the page. */
  id: string;
  /** The same on every device, e.g. `imgtask_x/0`. */
  name: string;
  url: string;
  /** Of a version for tiles; it leads to the image itself where there is none. */
  smallUrl: string;
  /** Position among the images that the task has. */
  index: number;
  /** The number that the server gave it, which stays when others are deleted. */
  place: number;
  bytes: number | null;
};

export function imagesOf({ key, taskId, view, frame }: Task): TaskImage[] {
  if (view === null || view.status === "failed") return [];
  const { width, height } = frame;
  const images = view.data ?? (view.images ?? []).map((url) => ({ url, width, height, bytes: null as number | null }));
  return images.map((image, index) => {
    const place = placeIn(image.url) ?? index;
    return {
      id: `${key}/${place}`,
      name: `${taskId}/${place}`,
      ...{ index, place, url: image.url, smallUrl: `/images/${taskId}/${place}/small`, bytes: image.bytes },
      ...{ width: image.width || width, height: image.height || height },
    };
  });
}

/** Links end with the number of the image, e.g. `/images/imgtask_x/0.png`. */
function placeIn(url: string): number | null {
  const [, place] = /\/(\d{1,4})(?:\.\w+)?$/.exec(url) ?? [];
  return place === undefined ? null : Number(place);
}

/** Tiles of a card: one for each image and for each that is expected. */
export function tileCount(task: Task): number {
  const there = imagesOf(task).length;
  return phaseOf(task) === "completed" ? there : Math.max(there, task.frame.count);
}

/** The number and size of the images to come, from the draft and its model. */
export function frameOf(draft: Pick<Draft, "count" | "ratio" | "resolution">, model: Model | undefined): Frame {
  const size = model?.sizes[draft.resolution]?.[draft.ratio] ?? shapeOf(draft.ratio);
  return { count: draft.count ?? model?.default_count ?? defaultCount, ...size };
}

const defaultCount = 4;

function shapeOf(ratio: string): Pixels {
  const [width, height] = ratio.split(":").map(Number);
  return width && height ? { width, height } : { width: 1, height: 1 };
}

/** Columns of a card: two for wide images, up to four for others. */
export function columnsFor(count: number, { width, height }: Pixels): number {
  const isWide = width / height > 1.6;
  if (count <= 2) return count;
  if (isWide) return 2;
  return count === 3 ? 3 : 4;
}
