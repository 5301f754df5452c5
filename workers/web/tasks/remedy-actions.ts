/** The buttons of a failed task that help it: those of its code, as far as the task has what they need. */

import { ApiError } from "#web/api/api-error.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { remedyMessages } from "#web/messages/remedies.ts";
import { openSessions, type Part } from "#web/sessions/opened.ts";
import { claimGift } from "#web/state/claim.ts";
import type { Draft, FormPart } from "#web/state/draft.ts";
import { active } from "#web/state/sessions.ts";
import type { Task } from "#web/state/task.ts";
import { editDraft } from "./edit-draft.ts";
import { imageAtFault } from "./image-at-fault.ts";
import { remedyFor, type Step } from "./remedies.ts";

/** @param again starts the task again; null: it cannot be started as it is. */
export function remedyActions(task: Task, code: string, again: (() => void) | null): MenuItem[] {
  return remedyFor(code, task.refusal?.param).steps.flatMap((step) => actionOf(step, task, again) ?? []);
}

function actionOf(step: Step, task: Task, again: (() => void) | null): MenuItem | null {
  const t = messages(remedyMessages);
  const dialog = (part: Part) => () => openSessions(part, again);
  const { draft, view } = task;
  switch (step) {
    case "claim":
      // Where the same request may succeed later, the day's limit is reached: credits do not help.
      return again !== null && view?.error_info?.retryable !== true && active.value.some(({ kind }) => kind !== "ark")
        ? { label: t.claim, icon: "star", run: () => void claimThen(again) }
        : null;
    case "add":
      return { label: t.add, icon: "plus", run: dialog("list") };
    case "key":
      return { label: messages(keyMessages).useKey, icon: "key", run: dialog("keys") };
    case "prompt":
      return draft && { label: t.prompt, icon: "text", run: edit(draft, "prompt") };
    case "model":
      return draft && { label: t.model, icon: "sliders", run: edit(draft, "model") };
    case "image":
      return draft && imageAction(draft, task);
  }
}

function imageAction(draft: Draft, { refusal, isFilesLost }: Task): MenuItem | null {
  const t = messages(remedyMessages);
  if (draft.mode !== "image") return null;
  const place = isFilesLost ? null : imageAtFault(refusal?.message ?? "");
  if (place === null || place >= draft.images.length) {
    return { label: t.image, icon: "images", run: edit(draft, "images") };
  }
  const images = draft.images.filter((_, index) => index !== place);
  return { label: t.removeImage(place + 1), icon: "trash", run: edit({ ...draft, images }, "images") };
}

const edit = (draft: Draft, part: FormPart) => () => editDraft(draft, null, part);

/** Started again only when credits came: otherwise it would fail again. */
async function claimThen(again: () => void): Promise<void> {
  const t = messages(remedyMessages);
  try {
    const credits = await claimGift();
    if (credits > 0) again();
    notify(credits > 0 ? t.claimed(credits) : t.notClaimed);
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}
