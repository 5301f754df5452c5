/** The images of some tasks in rows that fill the width. */
import { type Signal, signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { foundImages } from "./finding.ts";
import { type Place, placesOf, wallOf } from "./rows.ts";
import { Tile } from "./tile.tsx";
import { titleOf } from "./title.ts";
import { useNear } from "./use-near.ts";

/** Images, about two rows, that are near the window together: watching each by itself would take time of every frame. */
const groupLength = 8;

export function Wall({ tasks }: { tasks: readonly Task[] }) {
  const { ref, width } = useWidth();
  /** Whether each group is near. */
  const groups = useRef<Signal<boolean>[]>([]).current;
  const images = tasks.flatMap((task) => foundImages(task).map((image) => ({ task, image })));
  const places = placesOf(
    images.map(({ image }) => image.width / image.height),
    wallOf(width),
  );
  return (
    <ul class="wall" ref={ref}>
      {width > 0 &&
        images.map((one, index) => {
          const group = Math.floor(index / groupLength);
          groups[group] ??= signal(false);
          const shared = { place: places[index] as Place, near: groups[group], isFirst: index % groupLength === 0 };
          return <WallImage key={one.image.id} {...one} {...shared} />;
        })}
    </ul>
  );
}

/** Of the element, in pixels; 0 before it is measured, which is before anything is painted. */
function useWidth() {
  const ref = useRef<HTMLUListElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

type WallImageProps = { task: Task; image: TaskImage; place: Place; near: Signal<boolean>; isFirst: boolean };

function WallImage({ task, image, place, near, isFirst }: WallImageProps) {
  const ref = useNear<HTMLLIElement>(isFirst ? near : null);
  const t = messages(taskMessages);
  const title = titleOf(task);
  const all = task.view?.data?.length ?? 1;
  const { grow, basis } = place;
  return (
    <li ref={ref} style={{ "--ratio": String(image.width / image.height), flexGrow: grow, flexBasis: basis }}>
      <Tile image={image} label={t.open(image.index + 1, all, title)} caption={title} near={near} isSmall />
    </li>
  );
}
