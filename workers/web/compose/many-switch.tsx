/** Whether each line of the prompt is a prompt of its own: offered where the text looks so. */
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import { draft, isMany } from "#web/state/draft.ts";
import { looksLikeList } from "#web/state/prompt-list.ts";

export function ManySwitch() {
  const t = messages(batchMessages);
  if (!isMany.value && !looksLikeList(draft.value.prompt)) return null;
  return (
    <div class="many">
      <label>
        <span class="switch">
          <input
            type="checkbox"
            checked={isMany.value}
            onChange={(event) => {
              isMany.value = event.currentTarget.checked;
            }}
          />
          <span />
        </span>
        {t.switch}
      </label>
      {isMany.value && <p class="note">{t.switchHint}</p>}
    </div>
  );
}
