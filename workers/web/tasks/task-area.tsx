/** The tasks of the page: the current ones, the gallery below, and the large view above all. */
import { useEffect } from "preact/hooks";
import { BatchArea } from "#web/batches/batch-area.tsx";
import { watchTasks } from "#web/state/watch.ts";
import { Announcer } from "./announcer.tsx";
import { Card } from "./card.tsx";
import { startClock } from "./clock.ts";
import { ConfirmDelete } from "./confirm-delete.tsx";
import { Empty } from "./empty.tsx";
import { feed } from "./finding.ts";
import { Gallery } from "./gallery.tsx";
import { isNothingThere } from "./nothing-there.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useScrollToNewest } from "./use-scroll-to-newest.ts";
import { Viewer } from "./viewer.tsx";
import { shown, watchHistory } from "./viewing.ts";

// At import, not at the first render: the page renders this component only when there are tasks.
if (typeof document !== "undefined") void watchTasks();

export function TaskArea() {
  useEffect(startClock, []);
  useEffect(watchHistory, []);
  useScrollToNewest();
  return (
    <div class="tasks">
      <BatchArea />
      {feed.value.length > 0 && (
        <div class="feed">
          {feed.value.map((task) => (
            <Card key={task.key} task={task} />
          ))}
        </div>
      )}
      <Gallery />
      {isNothingThere.value && <Empty />}
      <Announcer />
      {shown.value !== null && <Viewer {...shown.value} />}
      <SelectionBar />
      <ConfirmDelete />
    </div>
  );
}
