/** The model, of those that the active sessions have. */
import { Select } from "#web/components/select.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { modelName } from "#web/state/models.ts";

export function ModelChoice() {
  const t = messages(composeMessages);
  const { offers, draft: fitted } = fitting.value;
  const wished = draft.value.model;
  const isOff = offers.model !== null && fitted.model !== wished;
  // Before the first list has arrived there is one choice: the one that was made before.
  const known = offers.models.length > 0 ? offers.models.map(({ id }) => id) : [wished];
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
      {isOff && <p class="note">{t.modelOff(modelName(wished))}</p>}
    </div>
  );
}
