/** Geometry of the large view: how far an image is enlarged and moved, and what a gesture makes of that. Pure. */

import type { Pixels } from "#shared/wire/models.ts";
import { flickPixels, flickPixelsPerMs, swipePixels } from "#web/limits.ts";

/** Scale 1 is the whole image fitted into the stage; x and y move its middle, in pixels of the screen. */
export type Zoom = { scale: number; x: number; y: number };
export type Point = { x: number; y: number };

export const unzoomed: Zoom = { scale: 1, x: 0, y: 0 };
const largest = 8;
/** What a double click shows, unless a pixel of the image for one of the screen is more. */
const closeUp = 2.5;

/** The size at which the whole image is seen; small images are not blown up. */
export function fitted(image: Pixels, stage: Pixels): Pixels {
  const factor = Math.min(1, stage.width / image.width, stage.height / image.height);
  return { width: image.width * factor, height: image.height * factor };
}

/** Enlarges around a point, which stays where it is. @param point from the middle of the stage. */
export function zoomAt(zoom: Zoom, factor: number, point: Point): Zoom {
  const scale = Math.min(largest, Math.max(1, zoom.scale * factor));
  const change = scale / zoom.scale;
  return { scale, x: point.x - (point.x - zoom.x) * change, y: point.y - (point.y - zoom.y) * change };
}

/** One step of a button or key, around the middle; back at scale 1 the image is in the middle again. */
export function zoomStep(zoom: Zoom, factor: number): Zoom {
  const next = zoomAt(zoom, factor, { x: 0, y: 0 });
  return next.scale === 1 ? unzoomed : next;
}

/** No edge of an enlarged image comes further in than the edge of the stage; what fits stays in the middle. */
export function bounded(zoom: Zoom, fit: Pixels, stage: Pixels): Zoom {
  const room = (size: number, space: number) => Math.max(0, (size * zoom.scale - space) / 2);
  const between = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) + 0;
  return {
    scale: zoom.scale,
    x: between(zoom.x, room(fit.width, stage.width)),
    y: between(zoom.y, room(fit.height, stage.height)),
  };
}

/** In and out, as a double click does it. @param sharpest width at which a pixel of the image is one of the screen. */
export function toggled(zoom: Zoom, point: Point, sharpest: number, fit: Pixels): Zoom {
  if (zoom.scale > 1) return unzoomed;
  return zoomAt(zoom, Math.max(closeUp, sharpest / fit.width), point);
}

/** Two fingers: enlarges by how far they went apart, and moves along with them. */
export function pinched(zoom: Zoom, before: readonly [Point, Point], after: readonly [Point, Point]): Zoom {
  const from = middle(before);
  const to = middle(after);
  const turned = zoomAt(zoom, distance(after) / Math.max(1, distance(before)), from);
  return { ...turned, x: turned.x + to.x - from.x, y: turned.y + to.y - from.y };
}

/** What letting go after a stroke with one finger means, while the whole image is seen. */
export function swiped(moved: Point, elapsedMs: number): "next" | "previous" | "close" | null {
  const { x, y } = moved;
  const isFast = (way: number) =>
    Math.abs(way) > flickPixels && Math.abs(way) / Math.max(1, elapsedMs) > flickPixelsPerMs;
  if (Math.abs(x) > Math.abs(y)) {
    if (Math.abs(x) < swipePixels && !isFast(x)) return null;
    return x < 0 ? "next" : "previous";
  }
  return y > swipePixels || (y > 0 && isFast(y)) ? "close" : null;
}

const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const distance = ([a, b]: readonly [Point, Point]): number => Math.hypot(a.x - b.x, a.y - b.y);
