/** The prompts of a batch that failed, each with its reason, and the button that makes them again. */
import { Button } from "#web/components/button.tsx";
import { Disclosure } from "#web/components/disclosure.tsx";
import { maxNamedFailures } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import type { Batch } from "#web/state/batch.ts";
import { actWithNotice } from "./act-with-notice.ts";
import { sentenceOf } from "./batch-note.tsx";

export function BatchFailures({ batch }: { batch: Batch }) {
  const t = messages(batchMessages);
  const { failures } = batch;
  if (failures.length === 0) return null;
  const isCharged = failures.some(({ code }) => code === "outcome_unknown");
  const rest = failures.length - maxNamedFailures;
  const isCancelled = batch.view?.status === "cancelling" || batch.view?.status === "cancelled";
  return (
    <div class="batch-failures">
      <Disclosure icon="warning" summary={t.whichFailed(failures.length)}>
        <ol>
          {failures.slice(0, maxNamedFailures).map(({ line, prompt, code, message }) => (
            <li key={line}>
              <span dir="auto">{t.line(line, prompt)}</span>
              <span class="note">{sentenceOf(code, message)}</span>
            </li>
          ))}
        </ol>
        {rest > 0 && <p class="note">{t.moreFailed(rest)}</p>}
      </Disclosure>
      {!isCancelled && (
        <Button icon="again" onClick={() => void actWithNotice(batch, "retry")}>
          {(isCharged ? t.retryCharged : t.retry)(failures.length)}
        </Button>
      )}
    </div>
  );
}
