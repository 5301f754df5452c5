/** Menu items that need the draft of a task: run it again, vary it, edit it, copy it. */
import { copyText } from "#web/components/clipboard.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { maxSeed } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { type Draft, loadDraft, requestOf } from "#web/state/draft.ts";
import { newId } from "#web/state/new-id.ts";
import { retry, submit } from "#web/state/submit.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { curlOf } from "./curl.ts";
import { startPaid } from "./start-paid.ts";
import { closeViewerThen } from "./viewing.ts";

type Named<T extends string> = Partial<Record<T, MenuItem>>;

export function draftActions(task: Task): Named<"again" | "vary" | "edit" | "copyPrompt" | "copyCurl"> {
  const t = messages(taskMessages);
  const { draft, isFilesLost } = task;
  if (draft === null) return {};
  const edit = () => {
    loadDraft(copyOf(draft));
    if (isFilesLost) notify(t.refusals.files_lost);
  };
  return {
    ...(!isFilesLost && repetitions(task, draft)),
    edit: { label: t.edit, icon: "sliders", run: () => closeViewerThen(edit) },
    copyPrompt: { label: t.copyPrompt, icon: "text", run: () => void copyText(draft.prompt) },
  };
}

/** These need the reference files as well. */
function repetitions(task: Task, draft: Draft): Named<"again" | "vary" | "copyCurl"> {
  const t = messages(taskMessages);
  const again = () => {
    void submit(draft);
    notify(t.startedAgain);
  };
  const vary = () => {
    void submit({ ...draft, seed: newSeed() });
    notify(t.startedVary);
  };
  return {
    again: { label: t.again, icon: "again", run: () => startPaid("again", task, again) },
    // Dreamina takes no seed together with reference images.
    ...(draft.mode === "text" && {
      vary: { label: t.vary, icon: "vary", run: () => startPaid("vary", task, vary) },
    }),
    copyCurl: {
      label: t.copyCurl,
      icon: "code",
      run: () => void copyText(curlOf(requestOf(draft), draft.mode === "image" ? draft.images : [], location.origin)),
    },
  };
}

export const retryOf = (task: Task): MenuItem | null =>
  task.draft === null || task.isFilesLost || (phaseOf(task) !== "failed" && phaseOf(task) !== "unsent")
    ? null
    : {
        label: messages(taskMessages).retry,
        icon: "again",
        run: () => startPaid("retry", task, () => void retry(task.key)),
      };

/** With new ids for the images: the same task may fill the form twice. */
const copyOf = (draft: Draft): Draft => ({
  ...draft,
  images: draft.images.map((image) => ({ ...image, id: newId() })),
});

const newSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (maxSeed + 1);
