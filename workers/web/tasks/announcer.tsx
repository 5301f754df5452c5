/** Tells screen readers how works end: on the page, that is seen. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { picturesOf } from "#web/state/pictures.ts";
import { phaseOf } from "#web/state/task.ts";
import { current } from "#web/state/tasks.ts";
import { titleOf } from "./card.tsx";

/** Read out at most so much of a prompt. */
const longestTitle = 80;

type News = { title: string; pictures: number | null };

export function Announcer() {
  const w = words(taskMessages);
  /** Not yet in words: the page may change its language while it stands there. */
  const news = useSignal<News | null>(null);
  /** Keys of what was on its way when last looked at. */
  const onTheirWay = useRef(new Set<string>());
  const works = current.value;
  useEffect(() => {
    for (const work of works) {
      const phase = phaseOf(work);
      if (phase === "sending" || phase === "live") {
        onTheirWay.current.add(work.key);
        continue;
      }
      if (!onTheirWay.current.delete(work.key)) continue;
      const pictures = phase === "completed" ? picturesOf(work).length : null;
      news.value = { title: titleOf(work).slice(0, longestTitle), pictures };
    }
  }, [works, news]);
  return (
    <p class="unseen" role="status">
      {news.value && inWords(news.value)}
    </p>
  );

  function inWords({ title, pictures }: News): string {
    return pictures === null ? w.failedAloud(title) : w.finishedAloud(pictures, title);
  }
}
