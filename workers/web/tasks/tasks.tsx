/** The works area: what is going on and how the last of it ended, the gallery beneath, the large view above all. */
import { useEffect } from "preact/hooks";
import { Icon } from "#web/components/icon.tsx";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { SessionsDialog } from "#web/sessions/sessions-dialog.tsx";
import { reading } from "#web/state/reading.ts";
import { completed, current, failed, lastSubmitted } from "#web/state/tasks.ts";
import { isRemembered, watchWorks } from "#web/state/watch.ts";
import { isSessionWanted } from "./actions.ts";
import { Announcer } from "./announcer.tsx";
import { Card, cardId } from "./card.tsx";
import { startClock } from "./clock.ts";
import { Gallery } from "./gallery.tsx";
import { Viewer } from "./viewer.tsx";
import { shown, watchHistory } from "./viewing.ts";
import "./tasks.css";
import "./tiles.css";
import "./gallery.css";
import "./viewer.css";

// Not when it is first drawn: whether there are works decides whether it is drawn at all.
if (typeof document !== "undefined") void watchWorks();

export function Works() {
  useEffect(startClock, []);
  useEffect(watchHistory, []);
  useNewestInSight();
  const isEmpty = current.value.length + completed.value.length + failed.value.length === 0;
  return (
    <div class="works">
      {current.value.length > 0 && (
        <div class="feed">
          {current.value.map((work) => (
            <Card key={work.key} work={work} />
          ))}
        </div>
      )}
      <Gallery />
      {isEmpty && isRemembered.value && !reading.value.isBusy && !reading.value.hasMore && <Empty />}
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
  const w = words(taskMessages);
  return (
    <div class="empty">
      <div class="empty-frames" aria-hidden="true">
        <span />
        <span>
          <Icon name="star" size={26} />
        </span>
        <span />
      </div>
      <h2>{w.emptyTitle}</h2>
      <p>{w.emptyText}</p>
    </div>
  );
}
