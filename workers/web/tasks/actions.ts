/** What can be done with a task or with one of its images, in the form of menu items; each says what came of it. */

import { signal } from "@preact/signals";
import { ApiError } from "#web/api/api-error.ts";
import { copyText } from "#web/components/clipboard.ts";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { maxReferenceName, maxSeed } from "#web/limits.ts";
import { componentMessages } from "#web/messages/components.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { addReference, type Draft, loadDraft, requestOf } from "#web/state/draft.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import { newId } from "#web/state/new-id.ts";
import { active } from "#web/state/sessions.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { cancel, remove, retry, submit } from "#web/state/tasks.ts";
import { curlOf } from "./curl.ts";
import { saveImage, saveImages } from "./save.ts";
import { closeViewer } from "./viewing.ts";

type Named<T extends string> = Partial<Record<T, MenuItem>>;

/** @param image the one at hand, where there is one. */
export function actionsOf(task: Task, image: TaskImage | null) {
  return { ...draftActions(task), ...imageActions(task, image), remove: removal(task) };
}

/** Whether the sessions dialog is open because something could not be started without one. */
export const isSessionWanted = signal(false);

/** A double press submits once: each submit is paid for. */
const isFirstSubmit = createSubmitGuard(Date.now);

/** Starts something that is paid for. */
function start(button: string, { key }: Task, run: () => void): void {
  if (!isFirstSubmit(`${button} ${key}`)) return;
  if (active.peek().length > 0) run();
  else leaveFor(askForSession);
}

function askForSession(): void {
  isSessionWanted.value = true;
  notify(sentenceFor("no_sessions"));
}

function draftActions(task: Task): Named<"again" | "vary" | "edit" | "copyPrompt" | "copyCurl"> {
  const t = messages(taskMessages);
  const { draft, isFilesLost } = task;
  if (draft === null) return {};
  const edit = () => {
    loadDraft(copyOf(draft));
    if (isFilesLost) notify(t.refusals.files_lost);
  };
  return {
    ...(!isFilesLost && repetitions(task, draft)),
    edit: { label: t.edit, icon: "sliders", run: () => leaveFor(edit) },
    copyPrompt: { label: t.copyPrompt, icon: "text", run: () => void copyText(draft.prompt) },
  };
}

/** What needs all that was asked for. */
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
    again: { label: t.again, icon: "again", run: () => start("again", task, again) },
    // Reference images go without a seed.
    ...(draft.mode === "text" && {
      vary: { label: t.vary, icon: "vary", run: () => start("vary", task, vary) },
    }),
    copyCurl: {
      label: t.copyCurl,
      icon: "code",
      run: () => void copyText(curlOf(requestOf(draft), draft.mode === "image" ? draft.images : [], location.origin)),
    },
  };
}

function imageActions(
  task: Task,
  image: TaskImage | null,
): Named<"download" | "downloadAll" | "copyLink" | "useAsReference"> {
  const t = messages(taskMessages);
  const images = imagesOf(task);
  const [first] = images;
  if (first === undefined) return {};
  const one = image ?? first;
  const links = (image === null ? images : [image]).map(({ url }) => new URL(url, location.href).href);
  return {
    download: { label: t.download, icon: "download", run: () => saying(t.downloading, () => saveImage(task, one)) },
    ...(images.length > 1 && {
      downloadAll: {
        label: t.downloadAll,
        icon: image === null ? "download" : "images",
        run: () => saying(t.downloading, () => saveImages(task, images)),
      },
    }),
    copyLink: {
      label: links.length === 1 ? t.copyLink : t.copyLinks,
      icon: "link",
      run: () => void copyText(links.join("\n")),
    },
    ...((image !== null || images.length === 1) && {
      useAsReference: { label: t.useAsReference, icon: "image", run: () => leaveFor(() => refer(task, one)) },
    }),
  };
}

function removal(task: Task): MenuItem {
  const t = messages(taskMessages);
  const run = () => {
    void closeViewer();
    const undo = remove(task.key);
    notify(t.removed, { label: messages(componentMessages).undo, run: undo });
  };
  return { label: t.remove, icon: "trash", isDanger: true, run };
}

export async function cancelAloud(task: Task): Promise<void> {
  const t = messages(taskMessages);
  const outcomes = { done: t.cancelled, requested: t.cancelRequested, too_late: t.cancelTooLate, wanted: t.cancelling };
  try {
    notify(outcomes[await cancel(task.key)]);
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}

export const retryOf = (task: Task): MenuItem | null =>
  task.draft === null || task.isFilesLost || (phaseOf(task) !== "failed" && phaseOf(task) !== "unsent")
    ? null
    : {
        label: messages(taskMessages).retry,
        icon: "again",
        run: () => start("retry", task, () => void retry(task.key)),
      };

function refer(task: Task, { url, index }: TaskImage): void {
  const name = task.draft?.prompt.trim().slice(0, maxReferenceName) || `${index + 1}`;
  addReference({ id: newId(), name, kind: "link", url: new URL(url, location.href).href });
  notify(messages(taskMessages).referenceAdded);
}

/** The form's images get names of their own: the same task may fill it twice. */
const copyOf = (draft: Draft): Draft => ({
  ...draft,
  images: draft.images.map((image) => ({ ...image, id: newId() })),
});

/** The form lies under the large view. */
function leaveFor(run: () => void): void {
  void closeViewer().then(run);
}

function saying(text: string, run: () => Promise<void>): void {
  notify(text);
  void run();
}

const newSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (maxSeed + 1);
