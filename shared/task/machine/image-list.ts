/** The images of a task against those of the upstream's list. Pure. */
import type { RemoteImage } from "#shared/task/events.ts";
import type { ImageToCopy } from "#shared/task/follow-up.ts";
import type { StoredImage } from "#shared/task/task-record.ts";

/** Each new image with the index it gets: its place in the upstream's list, or the next free one. */
export function notYetStored(stored: StoredImage[], images: RemoteImage[]): ImageToCopy[] {
  const known = new Set(stored.map((image) => image.source));
  const taken = new Set(stored.map((image) => image.index));
  const fresh: ImageToCopy[] = [];
  for (const [place, image] of images.entries()) {
    if (known.has(image.source)) continue;
    let index = place;
    while (taken.has(index)) index += 1;
    taken.add(index);
    fresh.push({ index, image });
  }
  return fresh;
}

export function merged(stored: StoredImage[], added: StoredImage[]): StoredImage[] {
  const known = new Set(stored.map((image) => image.source));
  const fresh = added.filter((image) => !known.has(image.source));
  return [...stored, ...fresh].sort((a, b) => a.index - b.index);
}
