/** Asks before something is deleted for good, then deletes it. */
import { signal } from "@preact/signals";
import { Button } from "#web/components/button.tsx";
import { Dialog } from "#web/components/dialog.tsx";
import { notify } from "#web/components/toast.tsx";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { type Doomed, deleteForGood } from "#web/state/deletion.ts";
import { imagesOf } from "#web/state/images.ts";
import { closeViewer } from "./viewing.ts";

const asked = signal<{ doomed: readonly Doomed[]; onDone: () => void } | null>(null);
const isBusy = signal(false);

/** @param onDone runs when all of them are deleted. */
export function askToDelete(doomed: readonly Doomed[], onDone: () => void = () => {}): void {
  asked.value = { doomed, onDone };
}

export function ConfirmDelete() {
  const t = messages(keepMessages);
  if (asked.value === null) return null;
  const { doomed } = asked.value;
  const images = doomed.reduce((sum, one) => sum + (one.images ?? imagesOf(one.task)).length, 0);
  const close = () => {
    if (!isBusy.peek()) asked.value = null;
  };
  return (
    <Dialog title={t.confirmTitle} class="confirm" onClose={close}>
      <p>{images > 0 ? t.confirmImages(images) : t.confirmTasks(doomed.length)}</p>
      <div class="confirm-actions">
        <Button onClick={close} disabled={isBusy.value}>
          {t.keep}
        </Button>
        <Button look="main" class="danger" icon="trash" isBusy={isBusy.value} onClick={() => void run()}>
          {isBusy.value ? t.deleting : t.deleteTask}
        </Button>
      </div>
    </Dialog>
  );
}

async function run(): Promise<void> {
  if (asked.peek() === null || isBusy.peek()) return;
  const { doomed, onDone } = asked.peek() ?? { doomed: [], onDone: () => {} };
  isBusy.value = true;
  const { failed, error } = await deleteForGood(doomed);
  isBusy.value = false;
  asked.value = null;
  const t = messages(keepMessages);
  if (failed > 0) return notify(t.notDeleted(failed, sentenceFor(error?.code ?? "internal")));
  await closeViewer();
  onDone();
  notify(t.deleted);
}
