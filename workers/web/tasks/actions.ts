/** What can be done with a work or with one of its pictures, in the form of menu items; each says what came of it. */
import { signal } from "@preact/signals";
import { ApiError } from "#web/api/client.ts";
import { copyText } from "#web/components/clipboard.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { say } from "#web/components/toast.tsx";
import { componentMessages } from "#web/messages/components.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { addReference, type Draft, loadDraft, maxSeed, requestOf } from "#web/state/draft.ts";
import { newId } from "#web/state/new-id.ts";
import { type Picture, picturesOf } from "#web/state/pictures.ts";
import { active } from "#web/state/sessions.ts";
import { phaseOf, type Work } from "#web/state/task.ts";
import { cancel, remove, retry, submit } from "#web/state/tasks.ts";
import { curlOf } from "./curl.ts";
import { createPressGuard } from "./press-guard.ts";
import { savePicture, savePictures } from "./save.ts";
import { closeViewer } from "./viewing.ts";

type Named<T extends string> = Partial<Record<T, MenuItem>>;

/** @param picture the one at hand, where there is one. */
export function actionsOf(work: Work, picture: Picture | null) {
  return { ...draftActions(work), ...pictureActions(work, picture), remove: removal(work) };
}

/** Whether the sessions dialog is open because something could not be started without one. */
export const isSessionWanted = signal(false);

/** A double press is one wish: each of them would be paid for. */
const isFirstPress = createPressGuard(Date.now);

/** Starts something that is paid for. */
function start(button: string, { key }: Work, run: () => void): void {
  if (!isFirstPress(`${button} ${key}`)) return;
  if (active.peek().length > 0) run();
  else leaveFor(askForSession);
}

function askForSession(): void {
  isSessionWanted.value = true;
  say(sentenceFor("no_sessions"));
}

function draftActions(work: Work): Named<"again" | "vary" | "edit" | "copyPrompt" | "copyCurl"> {
  const w = words(taskMessages);
  const { draft, isFilesLost } = work;
  if (draft === null) return {};
  const edit = () => {
    loadDraft(copyOf(draft));
    if (isFilesLost) say(w.refusals.files_lost);
  };
  return {
    ...(!isFilesLost && repetitions(work, draft)),
    edit: { label: w.edit, icon: "sliders", run: () => leaveFor(edit) },
    copyPrompt: { label: w.copyPrompt, icon: "text", run: () => void copyText(draft.prompt) },
  };
}

/** What needs all that was asked for. */
function repetitions(work: Work, draft: Draft): Named<"again" | "vary" | "copyCurl"> {
  const w = words(taskMessages);
  const again = () => {
    void submit(draft);
    say(w.startedAgain);
  };
  const vary = () => {
    void submit({ ...draft, seed: newSeed() });
    say(w.startedVary);
  };
  return {
    again: { label: w.again, icon: "again", run: () => start("again", work, again) },
    // Reference images go without a seed.
    ...(draft.mode === "text" && {
      vary: { label: w.vary, icon: "vary", run: () => start("vary", work, vary) },
    }),
    copyCurl: {
      label: w.copyCurl,
      icon: "code",
      run: () => void copyText(curlOf(requestOf(draft), draft.mode === "image" ? draft.images : [], location.origin)),
    },
  };
}

function pictureActions(
  work: Work,
  picture: Picture | null,
): Named<"download" | "downloadAll" | "copyLink" | "useAsReference"> {
  const w = words(taskMessages);
  const pictures = picturesOf(work);
  const [first] = pictures;
  if (first === undefined) return {};
  const one = picture ?? first;
  const links = (picture === null ? pictures : [picture]).map(({ url }) => new URL(url, location.href).href);
  return {
    download: { label: w.download, icon: "download", run: () => saying(w.downloading, () => savePicture(work, one)) },
    ...(pictures.length > 1 && {
      downloadAll: {
        label: w.downloadAll,
        icon: picture === null ? "download" : "pictures",
        run: () => saying(w.downloading, () => savePictures(work, pictures)),
      },
    }),
    copyLink: {
      label: links.length === 1 ? w.copyLink : w.copyLinks,
      icon: "link",
      run: () => void copyText(links.join("\n")),
    },
    ...((picture !== null || pictures.length === 1) && {
      useAsReference: { label: w.useAsReference, icon: "picture", run: () => leaveFor(() => refer(work, one)) },
    }),
  };
}

function removal(work: Work): MenuItem {
  const w = words(taskMessages);
  const run = () => {
    void closeViewer();
    const undo = remove(work.key);
    say(w.removed, { label: words(componentMessages).undo, run: undo });
  };
  return { label: w.remove, icon: "trash", isDanger: true, run };
}

export async function cancelAloud(work: Work): Promise<void> {
  const w = words(taskMessages);
  const outcomes = { done: w.cancelled, requested: w.cancelRequested, too_late: w.cancelTooLate, wanted: w.cancelling };
  try {
    say(outcomes[await cancel(work.key)]);
  } catch (error) {
    say(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}

export const retryOf = (work: Work): MenuItem | null =>
  work.draft === null || work.isFilesLost || (phaseOf(work) !== "failed" && phaseOf(work) !== "unsent")
    ? null
    : { label: words(taskMessages).retry, icon: "again", run: () => start("retry", work, () => void retry(work.key)) };

function refer(work: Work, { url, index }: Picture): void {
  const name = work.draft?.prompt.trim().slice(0, 60) || `${index + 1}`;
  addReference({ id: newId(), name, kind: "link", url: new URL(url, location.href).href });
  say(words(taskMessages).referenceAdded);
}

/** The form's pictures get names of their own: the same work may fill it twice. */
const copyOf = (draft: Draft): Draft => ({
  ...draft,
  images: draft.images.map((image) => ({ ...image, id: newId() })),
});

/** The form lies under the large view. */
function leaveFor(run: () => void): void {
  void closeViewer().then(run);
}

function saying(text: string, run: () => Promise<void>): void {
  say(text);
  void run();
}

const newSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (maxSeed + 1);
