/** Why a batch was not taken, is paused, or waits, and what to do. */
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { batchMessages } from "#web/messages/batches.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { heldUpText } from "#web/messages/held-up.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { openSessions } from "#web/sessions/opened.ts";
import { type Batch, batchPhaseOf } from "#web/state/batch.ts";
import { sendBatchAgain } from "#web/state/batch-send.ts";
import { authorization } from "#web/state/sessions.ts";

export function BatchNote({ batch }: { batch: Batch }) {
  const t = messages(batchMessages);
  const text = noteOf(batch);
  if (text === null) return null;
  const phase = batchPhaseOf(batch);
  const isPaused = batch.view?.paused_reason !== undefined;
  return (
    <div class="batch-note">
      <Icon name={phase === "unsent" ? "warning" : "clock"} size={16} />
      <p>{text}</p>
      {phase === "unsent" && batch.draft !== null && !batch.isFilesLost && (
        <Button icon="again" onClick={() => sendBatchAgain(batch)}>
          {t.sendAgain}
        </Button>
      )}
      {(isPaused || authorization() === null) && (
        <Button icon="key" aria-haspopup="dialog" onClick={() => openSessions()}>
          {t.openSessions}
        </Button>
      )}
    </div>
  );
}

function noteOf(batch: Batch): string | null {
  const t = messages(batchMessages);
  const { view, refusal, lost } = batch;
  const phase = batchPhaseOf(batch);
  if (refusal !== null && phase === "unsent") return sentenceOf(refusal.code, refusal.message);
  if (phase !== "live") return null;
  if (authorization() === null) return t.noSession;
  if (lost !== null) return t.lost;
  if (view?.paused_reason) {
    const { code, message } = view.paused_reason;
    return `${t.pausedItself(sentenceOf(code, message))} ${t.pausedRemedy}`;
  }
  return view?.waiting_for === undefined ? null : heldUpText(view.waiting_for, view.waiting_code);
}

/** The server's messages are more exact than the page's sentences, but only English. */
export function sentenceOf(code: string, message: string): string {
  const t = messages(taskMessages);
  if (code === "files_lost" || code === "maybe_made") return t.refusals[code];
  return t.showsMessages && message !== "" && code !== "offline" ? message : sentenceFor(code);
}
