/** Earlier tasks by day: rows of images that fill the width, or the failed tasks as texts. */

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Segments } from "#web/components/segments.tsx";
import { messages, number } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { byDay } from "#web/state/task.ts";
import { listProgress } from "#web/state/task-list.ts";
import { completed, failed } from "#web/state/tasks.ts";
import { dayOf } from "./dates.ts";
import { FailedRow } from "./failed-row.tsx";
import { foundFailures, foundTasks, isFiltered } from "./finding.ts";
import { GalleryTools } from "./gallery-tools.tsx";
import { ShowOlder } from "./show-older.tsx";
import { galleryLength, inGallery } from "./viewing.ts";
import { Wall } from "./wall.tsx";

type Shelf = "images" | "failures";

export function Gallery() {
  const t = messages(taskMessages);
  const id = useId();
  const chosen = useSignal<Shelf>("images");
  const hasFailures = foundFailures.value.length > 0;
  const shelf: Shelf = hasFailures ? chosen.value : "images";
  const shownTasks = shelf === "images" ? inGallery.value : foundFailures.value.slice(0, galleryLength.value);
  const isEmpty = completed.value.length + failed.value.length === 0;
  if (isEmpty && !isFiltered.value && !listProgress.value.hasMore) return null;
  return (
    <section class="gallery" aria-labelledby={id}>
      <div class="gallery-head">
        <h2 id={id}>{t.gallery}</h2>
        {hasFailures && <Shelves chosen={shelf} onChoose={(next) => (chosen.value = next)} />}
      </div>
      <GalleryTools />
      {shownTasks.length === 0 && !isFiltered.value && (
        <p class="gallery-empty">{shelf === "images" ? t.emptyGallery : t.noFailures}</p>
      )}
      {byDay(shownTasks).map(({ day, tasks }) => (
        <section key={day.toDateString()} class="day">
          <h3>{dayOf(day)}</h3>
          {shelf === "images" ? <Wall tasks={tasks} /> : tasks.map((task) => <FailedRow key={task.key} task={task} />)}
        </section>
      ))}
      <ShowOlder known={(shelf === "images" ? foundTasks : foundFailures).value.length} />
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
        { value: "failures", text: `${t.failures} ${number(foundFailures.value.length)}` },
      ]}
      value={chosen}
      onChange={onChoose}
    />
  );
}
