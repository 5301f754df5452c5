/** The button and the menu of a batch. */
import { Button } from "#web/components/button.tsx";
import { copyText } from "#web/components/clipboard.ts";
import { Menu, type MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { batchMessages } from "#web/messages/batches.ts";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { type Batch, batchPhaseOf } from "#web/state/batch.ts";
import { hideBatch } from "#web/state/batches.ts";
import { type Draft, loadDraft } from "#web/state/draft.ts";
import { textOf } from "#web/state/prompt-list.ts";
import { actWithNotice } from "./act-with-notice.ts";
import { saveBatch, saveResults } from "./save-batch.ts";
import { tasksOfBatch } from "./tasks-of-batch.ts";

export function BatchTools({ batch }: { batch: Batch }) {
  const t = messages(batchMessages);
  const { view } = batch;
  const isLive = batchPhaseOf(batch) === "live" && batch.lost === null;
  return (
    <div class="card-tools">
      {isLive && view?.status === "in_progress" && (
        <Button look="quiet" onClick={() => void actWithNotice(batch, "pause")}>
          {t.pause}
        </Button>
      )}
      {isLive && view?.status === "paused" && (
        <Button onClick={() => void actWithNotice(batch, "resume")}>{t.resume}</Button>
      )}
      <Menu label={t.actions} items={itemsOf(batch)} />
    </div>
  );
}

function itemsOf(batch: Batch): MenuItem[] {
  const t = messages(batchMessages);
  const { draft, prompts, view } = batch;
  const phase = batchPhaseOf(batch);
  const items: (MenuItem | false)[] = [
    tasksOfBatch(batch).length > 0 && {
      label: t.downloadAll,
      icon: "download",
      run: () => void saveBatch(batch),
    },
    batch.batchId !== null && { label: t.table, icon: "text", run: () => void saveResults(batch, "csv") },
    batch.batchId !== null && { label: t.jsonLines, icon: "code", run: () => void saveResults(batch, "jsonl") },
    draft !== null && {
      label: t.copyPrompts,
      icon: "copy",
      run: () => void copyText(prompts.filter(Boolean).join("\n")),
    },
    draft !== null && { label: t.edit, icon: "sliders", run: () => edit(draft, prompts) },
    (phase === "ended" || phase === "unsent") && { label: t.hide, icon: "hide", run: () => hide(batch) },
    phase === "live" &&
      view?.status !== "cancelling" && {
        ...{ label: t.cancel, icon: "stop", isDanger: true },
        run: () => void actWithNotice(batch, "cancel"),
      },
  ];
  return items.filter((item) => item !== false);
}

/** The text as it was written, or the remaining prompts once some of its tasks were deleted. */
const edit = (draft: Draft, prompts: readonly string[]): void =>
  loadDraft({ ...draft, prompt: draft.prompt || textOf(prompts.filter(Boolean)) }, true);

function hide({ key }: Batch): void {
  const undo = { label: messages(componentMessages).undo, run: () => hideBatch(key, false) };
  hideBatch(key);
  notify(messages(batchMessages).hidden, undo);
}
