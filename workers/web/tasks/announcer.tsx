/** Announces the ends of tasks to screen readers. */

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
  /** Not a text: the language may change while it is shown. */
  const news = useSignal<News | null>(null);
  /** Keys of the tasks that ran at the last render. */
  const ran = useRef(new Set<string>());
  const tasks = current.value;
  useEffect(() => {
    for (const task of tasks) {
      const phase = phaseOf(task);
      if (phase === "sending" || phase === "live") {
        ran.current.add(task.key);
        continue;
      }
      if (!ran.current.delete(task.key)) continue;
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
