/**
 * The image in the large view, and what fingers, mouse and wheel do to it: enlarge, move, leaf through. What a
 * gesture means is worked out in `zoom.ts`.
 */

import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Pixels } from "#web/api/shapes.ts";
import { doubleTapMs, doubleTapPixels, tapPixels } from "#web/limits.ts";
import type { TaskImage } from "#web/state/images.ts";
import { bounded, fitted, type Point, pinched, swiped, toggled, unzoomed, type Zoom, zoomAt } from "./zoom.ts";

type StageProps = {
  image: TaskImage;
  alt: string;
  zoom: Signal<Zoom>;
  onSwipe: (way: "next" | "previous" | "close") => void;
};

export function ZoomStage({ image, alt, zoom, onSwipe }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const gesture = useRef<Gesture>({ points: new Map(), start: null, lastTap: null });
  /** How far a finger has drawn the whole image aside. */
  const drawn = useSignal<Point>({ x: 0, y: 0 });
  const { scale, x, y } = zoom.value;

  useEffect(() => {
    const onResize = () => {
      if (stage.current) zoom.value = keptIn(zoom.peek(), image, stage.current);
    };
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, [image, zoom]);

  const change = (next: Zoom) => {
    if (stage.current) zoom.value = keptIn(next, image, stage.current);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    stage.current?.setPointerCapture(event.pointerId);
    const { points } = gesture.current;
    points.set(event.pointerId, pointOf(event, stage.current));
    gesture.current.start = points.size === 1 ? { ...pointOf(event, stage.current), at: event.timeStamp } : null;
  };
  const onPointerMove = (event: PointerEvent) => {
    const { points, start } = gesture.current;
    const before = points.get(event.pointerId);
    if (before === undefined) return;
    const here = pointOf(event, stage.current);
    const pair = [...points.values()];
    points.set(event.pointerId, here);
    const [a, b] = pair;
    if (a && b) {
      const [c = a, d = b] = [...points.values()];
      drawn.value = { x: 0, y: 0 };
      return change(pinched(zoom.peek(), [a, b], [c, d]));
    }
    if (zoom.peek().scale > 1) {
      const { x: left, y: top, scale: now } = zoom.peek();
      return change({ scale: now, x: left + here.x - before.x, y: top + here.y - before.y });
    }
    if (start !== null && event.pointerType !== "mouse") drawn.value = { x: here.x - start.x, y: here.y - start.y };
  };
  const onPointerUp = (event: PointerEvent) => {
    const { points, start } = gesture.current;
    if (!points.delete(event.pointerId)) return;
    drawn.value = { x: 0, y: 0 };
    if (start === null || event.type === "pointercancel") return;
    gesture.current.start = null;
    const here = pointOf(event, stage.current);
    const moved = { x: here.x - start.x, y: here.y - start.y };
    const elapsedMs = event.timeStamp - start.at;
    if (Math.hypot(moved.x, moved.y) < tapPixels) return tap(here, event.timeStamp);
    const way = zoom.peek().scale === 1 && event.pointerType !== "mouse" ? swiped(moved, elapsedMs) : null;
    if (way !== null) onSwipe(way);
  };
  const tap = (here: Point, at: number) => {
    const last = gesture.current.lastTap;
    const isDouble =
      last !== null && at - last.at < doubleTapMs && Math.hypot(here.x - last.x, here.y - last.y) < doubleTapPixels;
    gesture.current.lastTap = isDouble ? null : { ...here, at };
    if (!isDouble || stage.current === null) return;
    const fit = fitted(image, sizeOf(stage.current));
    change(toggled(zoom.peek(), here, image.width / devicePixelRatio, fit));
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    // Two fingers on a touchpad arrive as a wheel with Ctrl, in far smaller steps.
    const speed = event.ctrlKey ? pinchWheelSpeed : wheelSpeed;
    change(zoomAt(zoom.peek(), Math.exp(-event.deltaY * speed), pointOf(event, stage.current)));
  };
  return (
    <div
      ref={stage}
      class={`stage ${scale > 1 ? "enlarged" : ""}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onWheel={onWheel}
    >
      <img
        key={image.id}
        class={`stage-image ${drawn.value.x === 0 && drawn.value.y === 0 ? "" : "drawn"}`}
        src={image.url}
        alt={alt}
        width={image.width}
        height={image.height}
        draggable={false}
        style={{ transform: `translate(${x + drawn.value.x}px, ${y + drawn.value.y}px) scale(${scale})` }}
      />
    </div>
  );
}

/** Around the middle of the stage: the step that buttons and keys make. */
export const buttonZoom = (zoom: Zoom, factor: number): Zoom => {
  const next = zoomAt(zoom, factor, { x: 0, y: 0 });
  return next.scale === 1 ? unzoomed : next;
};

type Gesture = {
  /** Fingers that are down, from the middle of the stage. */
  points: Map<number, Point>;
  /** Where the only finger came down, and when. */
  start: (Point & { at: number }) | null;
  lastTap: (Point & { at: number }) | null;
};

const wheelSpeed = 0.0018;
const pinchWheelSpeed = 0.012;

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement): Pixels => ({ width: clientWidth, height: clientHeight });

const keptIn = (zoom: Zoom, image: TaskImage, stage: HTMLElement): Zoom =>
  bounded(zoom, fitted(image, sizeOf(stage)), sizeOf(stage));

function pointOf({ clientX, clientY }: MouseEvent, stage: HTMLElement | null): Point {
  const { left, top, width, height } = stage?.getBoundingClientRect() ?? new DOMRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}
