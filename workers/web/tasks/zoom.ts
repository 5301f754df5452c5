/** Geometry of the large view: scale and position of the image, and how gestures change them. Pure. */

import type { Pixels } from "#shared/wire/models.ts";
import { flickPixels, flickPixelsPerMs, swipePixels } from "#web/limits.ts";

/** Scale 1 fits the whole image into the stage; x and y move its centre, in CSS pixels. */
export type Zoom = { scale: number; x: number; y: number };
export type Point = { x: number; y: number };

export const unzoomed: Zoom = { scale: 1, x: 0, y: 0 };
const maxScale = 8;
/** Scale of a double click, unless one image pixel per screen pixel is larger. */
const doubleClickScale = 2.5;

/** The size at which the whole image fits into the stage; small images are not enlarged. */
export function fitted(image: Pixels, stage: Pixels): Pixels {
  const factor = Math.min(1, stage.width / image.width, stage.height / image.height);
  return { width: image.width * factor, height: image.height * factor };
}

/** Zooms around a point, which stays in its place. @param point from the centre of the stage. */
export function zoomAt(zoom: Zoom, factor: number, point: Point): Zoom {
  const scale = Math.min(maxScale, Math.max(1, zoom.scale * factor));
  const change = scale / zoom.scale;
  return { scale, x: point.x - (point.x - zoom.x) * change, y: point.y - (point.y - zoom.y) * change };
}

/** One step of a button or key, around the centre; at scale 1 the image is centred. */
export function zoomStep(zoom: Zoom, factor: number): Zoom {
  const next = zoomAt(zoom, factor, { x: 0, y: 0 });
  return next.scale === 1 ? unzoomed : next;
}

/** Keeps the edges of an enlarged image outside of the stage, and an image that fits in its centre. */
export function bounded(zoom: Zoom, fit: Pixels, stage: Pixels): Zoom {
  const slack = (size: number, space: number) => Math.max(0, (size * zoom.scale - space) / 2);
  const between = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) + 0;
  return {
    scale: zoom.scale,
    x: between(zoom.x, slack(fit.width, stage.width)),
    y: between(zoom.y, slack(fit.height, stage.height)),
  };
}

/**
 * A double click: zooms in or back. @param sharpest width in CSS pixels at which one image pixel is one screen pixel.
 */
export function toggled(zoom: Zoom, point: Point, sharpest: number, fit: Pixels): Zoom {
  if (zoom.scale > 1) return unzoomed;
  return zoomAt(zoom, Math.max(doubleClickScale, sharpest / fit.width), point);
}

/** Two fingers: zooms by the change of their distance, and moves with them. */
export function pinched(zoom: Zoom, before: readonly [Point, Point], after: readonly [Point, Point]): Zoom {
  const from = middle(before);
  const to = middle(after);
  const turned = zoomAt(zoom, distance(after) / Math.max(1, distance(before)), from);
  return { ...turned, x: turned.x + to.x - from.x, y: turned.y + to.y - from.y };
}

/** The meaning of a swipe with one finger at scale 1; null: none. */
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
