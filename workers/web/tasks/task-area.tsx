/** The tasks area: what is going on and how the last of it ended, the gallery beneath, the large view above all. */
import { useEffect } from "preact/hooks";
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { SessionsDialog } from "#web/sessions/sessions-dialog.tsx";
import { listProgress } from "#web/state/task-list.ts";
import { completed, current, failed, lastSubmitted } from "#web/state/tasks.ts";
import { isRestored, watchTasks } from "#web/state/watch.ts";
import { Announcer } from "./announcer.tsx";
import { Card, cardId } from "./card.tsx";
import { startClock } from "./clock.ts";
import { Gallery } from "./gallery.tsx";
import { isSessionWanted } from "./start-paid.ts";
import { Viewer } from "./viewer.tsx";
import { shown, watchHistory } from "./viewing.ts";

// Not when it is first drawn: whether there are tasks decides whether it is drawn at all.
if (typeof document !== "undefined") void watchTasks();

export function TaskArea() {
  useEffect(startClock, []);
  useEffect(watchHistory, []);
  useNewestInSight();
  const isEmpty = current.value.length + completed.value.length + failed.value.length === 0;
  return (
    <div class="tasks">
      {current.value.length > 0 && (
        <div class="feed">
          {current.value.map((task) => (
            <Card key={task.key} task={task} />
          ))}
        </div>
      )}
      <Gallery />
      {isEmpty && isRestored.value && !listProgress.value.isBusy && !listProgress.value.hasMore && <Empty />}
      <Announcer />
      {shown.value !== null && <Viewer {...shown.value} />}
      {isSessionWanted.value && (
        <SessionsDialog
          onClose={() => {
            isSessionWanted.value = false;
          }}
        />
      )}
    </div>
  );
}

/** What was just asked for is seen, wherever the page was scrolled to; on a phone it lies below the form. */
function useNewestInSight(): void {
  const key = lastSubmitted.value;
  useEffect(() => {
    if (key === null || shown.peek() !== null) return;
    const card = document.getElementById(cardId(key));
    const { top } = card?.getBoundingClientRect() ?? { top: 0 };
    if (top >= 0 && top < innerHeight / 2) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card?.scrollIntoView({ block: "start", behavior: isCalm ? "instant" : "smooth" });
  }, [key]);
}

function Empty() {
  const t = messages(taskMessages);
  return (
    <div class="empty">
      <div class="empty-frames" aria-hidden="true">
        <span />
        <span>
          <Icon name="star" size={26} />
        </span>
        <span />
      </div>
      <h2>{t.emptyTitle}</h2>
      <p>{t.emptyText}</p>
    </div>
  );
}
