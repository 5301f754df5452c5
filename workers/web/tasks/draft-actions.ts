/** Menu items that need the draft of a task: run it again, vary it, edit it, copy it. */
import { copyText } from "#web/components/clipboard.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { maxSeed } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { type Draft, requestOf } from "#web/state/draft.ts";
import { fittedToActive } from "#web/state/fitting.ts";
import { hasNoPlaceFor } from "#web/state/models.ts";
import { submit } from "#web/state/submit.ts";
import type { Task } from "#web/state/task.ts";
import { curlOf } from "./curl.ts";
import { editDraft, unlessModelIsOff } from "./edit-draft.ts";
import { type Repeated, repeated } from "./repeated.ts";
import { startPaid } from "./start-paid.ts";

type Named<T extends string> = Partial<Record<T, MenuItem>>;

export function draftActions(task: Task): Named<"again" | "vary" | "edit" | "copyPrompt" | "copyCurl"> {
  const t = messages(taskMessages);
  const { draft, isFilesLost } = task;
  const same = repeated(task);
  if (draft === null || same === null) return {};
  return {
    ...(!isFilesLost && repetitions(task, same)),
    edit: { label: t.edit, icon: "sliders", run: () => editDraft(draft, isFilesLost ? t.refusals.files_lost : null) },
    copyPrompt: { label: t.copyPrompt, icon: "text", run: () => void copyText(draft.prompt) },
  };
}

/** These need the reference files as well. */
function repetitions(task: Task, { draft, isAlike }: Repeated): Named<"again" | "vary" | "copyCurl"> {
  const t = messages(taskMessages);
  const start = (given: Draft, news: string) => {
    void submit(fittedToActive(given).draft);
    notify(news);
  };
  const again = () => unlessModelIsOff(draft, () => start(draft, isAlike ? t.startedAgain : t.startedOther));
  const vary = () => unlessModelIsOff(draft, () => start({ ...draft, seed: newSeed() }, t.startedVary));
  return {
    again: { label: isAlike ? t.again : t.againOther, icon: "again", run: () => startPaid("again", task, again) },
    // Dreamina takes no seed together with reference images.
    ...(draft.mode === "text" &&
      !hasNoPlaceFor(draft.model, "seed") && {
        vary: { label: t.vary, icon: "vary", run: () => startPaid("vary", task, vary) },
      }),
    copyCurl: {
      label: t.copyCurl,
      icon: "code",
      run: () => void copyText(curlOf(requestOf(draft), draft.mode === "image" ? draft.images : [], location.origin)),
    },
  };
}

const newSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (maxSeed + 1);
