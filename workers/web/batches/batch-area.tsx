/** The cards of batches, above those of single tasks. */
import { batchPhaseOf } from "#web/state/batch.ts";
import { watchBatches } from "#web/state/batch-watch.ts";
import { shownBatches } from "#web/state/batches.ts";
import { isFiltered } from "#web/tasks/finding.ts";
import { BatchCard } from "./batch-card.tsx";

// At import, as the tasks are.
if (typeof document !== "undefined") void watchBatches();

export function BatchArea() {
  const cards = shownBatches.value.filter((batch) => !isFiltered.value || batchPhaseOf(batch) !== "ended");
  if (cards.length === 0) return null;
  return (
    <div class="feed">
      {cards.map((batch) => (
        <BatchCard key={batch.key} batch={batch} />
      ))}
    </div>
  );
}
