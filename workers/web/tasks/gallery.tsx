/** Earlier tasks by day: rows of images that fill the width, or the failed tasks as texts. */

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Segments } from "#web/components/segments.tsx";
import { messages, number } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import { byDay, type Task } from "#web/state/task.ts";
import { listProgress } from "#web/state/task-list.ts";
import { completed, failed } from "#web/state/tasks.ts";
import { dayOf } from "./dates.ts";
import { FailedRow } from "./failed-row.tsx";
import { ShowOlder } from "./show-older.tsx";
import { Tile } from "./tile.tsx";
import { titleOf } from "./title.ts";
import { galleryLength, inGallery } from "./viewing.ts";

type Shelf = "images" | "failures";

export function Gallery() {
  const t = messages(taskMessages);
  const id = useId();
  const chosen = useSignal<Shelf>("images");
  const hasFailures = failed.value.length > 0;
  const shelf: Shelf = hasFailures ? chosen.value : "images";
  const shownTasks = shelf === "images" ? inGallery.value : failed.value.slice(0, galleryLength.value);
  if (completed.value.length + failed.value.length === 0 && !listProgress.value.hasMore) return null;
  return (
    <section class="gallery" aria-labelledby={id}>
      <div class="gallery-head">
        <h2 id={id}>{t.gallery}</h2>
        {hasFailures && <Shelves chosen={shelf} onChoose={(next) => (chosen.value = next)} />}
      </div>
      {shownTasks.length === 0 && <p class="gallery-empty">{shelf === "images" ? t.emptyGallery : t.noFailures}</p>}
      {byDay(shownTasks).map(({ day, tasks }) => (
        <section key={day.toDateString()} class="day">
          <h3>{dayOf(day)}</h3>
          {shelf === "images" ? <Wall tasks={tasks} /> : tasks.map((task) => <FailedRow key={task.key} task={task} />)}
        </section>
      ))}
      <ShowOlder known={(shelf === "images" ? completed : failed).value.length} />
    </section>
  );
}

function Shelves({ chosen, onChoose }: { chosen: Shelf; onChoose: (shelf: Shelf) => void }) {
  const t = messages(taskMessages);
  return (
    <Segments
      label={t.filterLabel}
      labelled="unseen"
      options={[
        { value: "images", text: t.images },
        { value: "failures", text: `${t.failures} ${number(failed.value.length)}` },
      ]}
      value={chosen}
      onChange={onChoose}
    />
  );
}

function Wall({ tasks }: { tasks: readonly Task[] }) {
  return (
    <ul class="wall">
      {tasks.flatMap((task) => imagesOf(task).map((image) => <WallImage key={image.id} {...{ task, image }} />))}
    </ul>
  );
}

function WallImage({ task, image }: { task: Task; image: TaskImage }) {
  const t = messages(taskMessages);
  const title = titleOf(task);
  const all = task.view?.data?.length ?? 1;
  return (
    <li style={{ "--ratio": String(image.width / image.height) }}>
      <Tile image={image} label={t.open(image.index + 1, all, title)} caption={title} />
    </li>
  );
}
