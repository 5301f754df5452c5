/** The model, of those that the active sessions have. */
import { Select } from "#api/ui/src/parts/select.tsx";
import { changeDraft, draft } from "#api/ui/src/state/draft.ts";
import { fitting } from "#api/ui/src/state/fitting.ts";
import { modelName } from "#api/ui/src/state/models.ts";
import { composeWords } from "#api/ui/src/words/compose.ts";
import { words } from "#api/ui/src/words/index.ts";

export function ModelChoice() {
  const t = words(composeWords);
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
