/** Tells screen readers how tasks end: on the page, that is seen. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { maxAnnouncedTitle } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf } from "#web/state/images.ts";
import { phaseOf } from "#web/state/task.ts";
import { current } from "#web/state/tasks.ts";
import { titleOf } from "./title.ts";

type News = { title: string; images: number | null };

export function Announcer() {
  const t = messages(taskMessages);
  /** Not yet in words: the page may change its language while it stands there. */
  const news = useSignal<News | null>(null);
  /** Keys of what was on its way when last looked at. */
  const onTheirWay = useRef(new Set<string>());
  const tasks = current.value;
  useEffect(() => {
    for (const task of tasks) {
      const phase = phaseOf(task);
      if (phase === "sending" || phase === "live") {
        onTheirWay.current.add(task.key);
        continue;
      }
      if (!onTheirWay.current.delete(task.key)) continue;
      const images = phase === "completed" ? imagesOf(task).length : null;
      news.value = { title: titleOf(task).slice(0, maxAnnouncedTitle), images };
    }
  }, [tasks, news]);
  return (
    <p class="unseen" role="status">
      {news.value && sentence(news.value)}
    </p>
  );

  function sentence({ title, images }: News): string {
    return images === null ? t.failedAloud(title) : t.finishedAloud(images, title);
  }
}
