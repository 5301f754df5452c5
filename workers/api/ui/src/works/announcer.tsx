/** Tells screen readers how works end: on the page, that is seen. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { picturesOf } from "#api/ui/src/state/pictures.ts";
import { current } from "#api/ui/src/state/tasks.ts";
import { phaseOf } from "#api/ui/src/state/work.ts";
import { words } from "#api/ui/src/words/index.ts";
import { worksWords } from "#api/ui/src/words/works.ts";
import { titleOf } from "./card.tsx";

/** Read out at most so much of a prompt. */
const longestTitle = 80;

type News = { title: string; pictures: number | null };

export function Announcer() {
  const w = words(worksWords);
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
