/** Fills the form with the draft of a task. */
import { notify } from "#web/components/toast.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { type Draft, type FormPart, loadDraft } from "#web/state/draft.ts";
import { fittedToActive } from "#web/state/fitting.ts";
import { modelName } from "#web/state/models.ts";
import { newId } from "#web/state/new-id.ts";
import { closeViewerThen } from "./viewing.ts";

/**
 * @param news a notice to show; null: none.
 * @param part takes the focus.
 */
export function editDraft(draft: Draft, news: string | null = null, part: FormPart = "prompt"): void {
  closeViewerThen(() => {
    // With new ids for the images: the same task may fill the form twice.
    loadDraft({ ...draft, images: draft.images.map((image) => ({ ...image, id: newId() })) }, false, part);
    if (news !== null) notify(news);
  });
}

/** Runs, or fills the form when the active sessions and keys lack the model: another one has another price. */
export function unlessModelIsOff(draft: Draft, run: () => void): void {
  if (fittedToActive(draft).draft.model === draft.model) run();
  else editDraft(draft, messages(composeMessages).modelOff(modelName(draft.model)));
}
