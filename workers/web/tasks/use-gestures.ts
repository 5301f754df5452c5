/**
 * Pointer and wheel events of the large view's stage: pinch, move, double tap and swipe. `zoom.ts` has the geometry.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Pixels } from "#shared/wire/models.ts";
import { doubleTapMs, doubleTapPixels, tapPixels } from "#web/limits.ts";
import { bounded, fitted, type Point, pinched, swiped, toggled, type Zoom, zoomAt } from "./zoom.ts";

type Stage = {
  element: RefObject<HTMLDivElement | null>;
  /** The image's own size, in its pixels. */
  image: Pixels;
  zoom: Signal<Zoom>;
  onSwipe: (way: "next" | "previous" | "close") => void;
};

type Gesture = {
  /** Pointers that are down, from the centre of the stage, by their id. */
  points: Map<number, Point>;
  /** Start of a gesture with one pointer. */
  start: (Point & { at: number }) | null;
  lastTap: (Point & { at: number }) | null;
  /** How far one finger has moved the whole image. */
  offset: Signal<Point>;
};

/** Exponent of the zoom factor for each pixel of a wheel event. */
const wheelSpeed = 0.0018;
/** The same for a pinch on a touchpad, which arrives as a wheel event with Ctrl in smaller steps. */
const pinchWheelSpeed = 0.012;

export function useGestures(stage: Stage) {
  const offset = useSignal<Point>({ x: 0, y: 0 });
  const gesture = useRef<Gesture>({ points: new Map(), start: null, lastTap: null, offset }).current;
  const onPointerUp = (event: PointerEvent) => endPointer(stage, gesture, event);
  return {
    offset,
    handlers: {
      onPointerDown: (event: PointerEvent) => startPointer(stage, gesture, event),
      onPointerMove: (event: PointerEvent) => movePointer(stage, gesture, event),
      onPointerUp,
      onPointerCancel: onPointerUp,
      onWheel: (event: WheelEvent) => turnWheel(stage, event),
    },
  };
}

/** Keeps the image within the stage, after a resize as well. */
export function setZoom({ element, image, zoom }: Omit<Stage, "onSwipe">, next: Zoom): void {
  if (element.current) zoom.value = bounded(next, fitted(image, sizeOf(element.current)), sizeOf(element.current));
}

function startPointer({ element }: Stage, gesture: Gesture, event: PointerEvent): void {
  if (event.button !== 0) return;
  element.current?.setPointerCapture(event.pointerId);
  const point = pointOf(event, element.current);
  gesture.points.set(event.pointerId, point);
  gesture.start = gesture.points.size === 1 ? { ...point, at: event.timeStamp } : null;
}

function movePointer(stage: Stage, gesture: Gesture, event: PointerEvent): void {
  const { points, start, offset } = gesture;
  const before = points.get(event.pointerId);
  if (before === undefined) return;
  const here = pointOf(event, stage.element.current);
  const [a, b] = [...points.values()];
  points.set(event.pointerId, here);
  if (a && b) {
    const [c = a, d = b] = [...points.values()];
    offset.value = { x: 0, y: 0 };
    setZoom(stage, pinched(stage.zoom.peek(), [a, b], [c, d]));
    return;
  }
  const { x, y, scale } = stage.zoom.peek();
  if (scale > 1) setZoom(stage, { scale, x: x + here.x - before.x, y: y + here.y - before.y });
  else if (start !== null && event.pointerType !== "mouse") offset.value = { x: here.x - start.x, y: here.y - start.y };
}

function endPointer(stage: Stage, gesture: Gesture, event: PointerEvent): void {
  const { points, start } = gesture;
  if (!points.delete(event.pointerId)) return;
  gesture.offset.value = { x: 0, y: 0 };
  if (start === null || event.type === "pointercancel") return;
  gesture.start = null;
  const here = pointOf(event, stage.element.current);
  const moved = { x: here.x - start.x, y: here.y - start.y };
  if (Math.hypot(moved.x, moved.y) < tapPixels) {
    tap(stage, gesture, here, event.timeStamp);
    return;
  }
  const isWhole = stage.zoom.peek().scale === 1;
  const way = isWhole && event.pointerType !== "mouse" ? swiped(moved, event.timeStamp - start.at) : null;
  if (way !== null) stage.onSwipe(way);
}

function tap(stage: Stage, gesture: Gesture, here: Point, at: number): void {
  const last = gesture.lastTap;
  const isDouble =
    last !== null && at - last.at < doubleTapMs && Math.hypot(here.x - last.x, here.y - last.y) < doubleTapPixels;
  gesture.lastTap = isDouble ? null : { ...here, at };
  if (!isDouble || stage.element.current === null) return;
  const fit = fitted(stage.image, sizeOf(stage.element.current));
  setZoom(stage, toggled(stage.zoom.peek(), here, stage.image.width / devicePixelRatio, fit));
}

function turnWheel(stage: Stage, event: WheelEvent): void {
  event.preventDefault();
  const speed = event.ctrlKey ? pinchWheelSpeed : wheelSpeed;
  const factor = Math.exp(-event.deltaY * speed);
  setZoom(stage, zoomAt(stage.zoom.peek(), factor, pointOf(event, stage.element.current)));
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement): Pixels => ({ width: clientWidth, height: clientHeight });

/** From the centre of the stage. */
function pointOf({ clientX, clientY }: MouseEvent, stage: HTMLElement | null): Point {
  const { left, top, width, height } = stage?.getBoundingClientRect() ?? new DOMRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}
