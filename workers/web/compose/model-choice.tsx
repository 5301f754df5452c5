/** The models that the active sessions and keys offer. */
import { Select } from "#web/components/select.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { modelName } from "#web/state/models.ts";

export function ModelChoice() {
  const t = messages(composeMessages);
  const { offers, draft: fitted } = fitting.value;
  const draftModel = draft.value.model;
  const isOff = offers.model !== null && fitted.model !== draftModel;
  // Before the first list has arrived: only the draft's model.
  const known = offers.models.length > 0 ? offers.models.map(({ id }) => id) : [draftModel];
  return (
    <div class="field">
      <label class="label" for="model">
        {t.model}
      </label>
      <Select
        id="model"
        options={known.map((id) => ({ value: id, text: modelName(id) }))}
        value={fitted.model}
        onChange={(model) => changeDraft({ model })}
      />
      {isOff && <p class="note">{t.modelOff(modelName(draftModel))}</p>}
    </div>
  );
}
