/** How many prompts of a batch are where, as a text and as a bar. */
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { type Batch, batchPhaseOf, totalOf } from "#web/state/batch.ts";
import { modelName } from "#web/state/models.ts";
import { timeOf } from "#web/tasks/dates.ts";

export function BatchStatus({ batch }: { batch: Batch }) {
  const phase = batchPhaseOf(batch);
  const isMoving = phase === "sending" || (phase === "live" && batch.view?.status !== "paused");
  return (
    <p class="card-status">
      {isMoving && <span class="pulse" aria-hidden="true" />}
      <span>{factsOf(batch).filter(Boolean).join(" · ")}</span>
    </p>
  );
}

function factsOf(batch: Batch): (string | false | undefined)[] {
  const t = messages(batchMessages);
  const { view, draft, createdAt } = batch;
  const phase = batchPhaseOf(batch);
  if (view === null) return [phase === "sending" && t.sending, t.prompts(totalOf(batch))];
  const { total, completed, processing, waiting, failed, cancelled } = view.request_counts;
  const states: Record<string, string> = { paused: t.paused, cancelling: t.cancelling, cancelled: t.cancelledState };
  return [
    states[view.status],
    t.ready(completed, total),
    processing > 0 && t.making(processing),
    waiting > 0 && t.waiting(waiting),
    failed > 0 && t.failed(failed),
    cancelled > 0 && t.cancelledCount(cancelled),
    phase === "live" && view.status === "in_progress" && timeLeft(view.eta_seconds),
    phase === "ended" && draft !== null && modelName(draft.model),
    phase === "ended" && timeOf(createdAt),
  ];
}

function timeLeft(seconds: number | undefined): string | undefined {
  const t = messages(taskMessages);
  if (seconds === undefined || seconds <= 0) return undefined;
  return seconds >= 100 ? t.minutesLeft(Math.round(seconds / 60)) : t.secondsLeft(seconds);
}

export function BatchProgress({ batch, label }: { batch: Batch; label: string }) {
  const t = messages(batchMessages);
  const { total = 0, completed = 0, failed = 0, cancelled = 0 } = batch.view?.request_counts ?? {};
  const ended = completed + failed + cancelled;
  return (
    <div
      class="batch-bar"
      role="progressbar"
      aria-label={t.progress(label)}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, total)}
      aria-valuenow={ended}
    >
      <span class="bar-fill" style={{ transform: `scaleX(${total === 0 ? 0 : ended / total})` }} />
    </div>
  );
}
