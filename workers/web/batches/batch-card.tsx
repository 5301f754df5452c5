/** One card for all prompts of a batch: their progress, the first images, and what failed. */
import { useId, useRef } from "preact/hooks";
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import { type Batch, batchPhaseOf, totalOf } from "#web/state/batch.ts";
import { cardId } from "#web/tasks/card.tsx";
import { BatchFailures } from "./batch-failures.tsx";
import { BatchImages } from "./batch-images.tsx";
import { BatchNote } from "./batch-note.tsx";
import { BatchProgress, BatchStatus } from "./batch-status.tsx";
import { batchTitle } from "./batch-title.ts";
import { BatchTools } from "./batch-tools.tsx";

export function BatchCard({ batch }: { batch: Batch }) {
  const t = messages(batchMessages);
  const id = useId();
  const phase = batchPhaseOf(batch);
  const title = batchTitle(batch);
  const isOnItsWay = phase === "sending" || phase === "live";
  /** Its end is announced only where it was seen running. */
  const ran = useRef(false);
  ran.current ||= isOnItsWay;
  return (
    <article id={cardId(batch.key)} class="card batch" aria-labelledby={id} aria-busy={isOnItsWay}>
      <header class="card-head">
        <div class="card-text">
          <p class="card-prompt" id={id} dir="auto">
            {title}
          </p>
          <BatchStatus batch={batch} />
        </div>
        <BatchTools batch={batch} />
      </header>
      {isOnItsWay && <BatchProgress batch={batch} label={title} />}
      <BatchNote batch={batch} />
      <BatchImages batch={batch} />
      <BatchFailures batch={batch} />
      <p class="unseen" role="status">
        {ran.current && phase === "ended" && t.aloud(batch.view?.request_counts.completed ?? 0, totalOf(batch))}
      </p>
    </article>
  );
}
