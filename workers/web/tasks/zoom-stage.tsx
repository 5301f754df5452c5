/** The image in the large view, enlarged and moved by fingers, mouse and wheel. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TaskImage } from "#web/state/images.ts";
import { setZoom, useGestures } from "./use-gestures.ts";
import type { Zoom } from "./zoom.ts";

type StageProps = {
  image: TaskImage;
  alt: string;
  zoom: Signal<Zoom>;
  onSwipe: (way: "next" | "previous" | "close") => void;
};

export function ZoomStage({ image, alt, zoom, onSwipe }: StageProps) {
  const element = useRef<HTMLDivElement>(null);
  const { offset, handlers } = useGestures({ element, image, zoom, onSwipe });
  const { scale, x, y } = zoom.value;
  const { x: dx, y: dy } = offset.value;

  useEffect(() => {
    const onResize = () => setZoom({ element, image, zoom }, zoom.peek());
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, [image, zoom]);

  return (
    <div ref={element} class={`stage ${scale > 1 ? "enlarged" : ""}`} {...handlers}>
      <img
        key={image.id}
        class={`stage-image ${dx === 0 && dy === 0 ? "" : "moved"}`}
        src={image.url}
        alt={alt}
        width={image.width}
        height={image.height}
        draggable={false}
        style={{ transform: `translate(${x + dx}px, ${y + dy}px) scale(${scale})` }}
      />
    </div>
  );
}
