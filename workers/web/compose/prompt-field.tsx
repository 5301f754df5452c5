/** The prompt: as tall as its text, with a character count that turns red above the API's limit. */

import { maxPromptLength } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages, number } from "#web/messages/index.ts";
import { changeDraft, draft } from "#web/state/draft.ts";

export function PromptField({ problem }: { problem: string | null }) {
  const t = messages(composeMessages);
  const { prompt, mode } = draft.value;
  const { length } = prompt.trim();
  const isLong = length > maxPromptLength;
  return (
    <div class="field prompt">
      <label class="unseen" for="prompt">
        {t.prompt}
      </label>
      <textarea
        id="prompt"
        class="prompt-text"
        rows={4}
        value={prompt}
        placeholder={mode === "image" ? t.promptHintImage : t.promptHint}
        aria-invalid={problem !== null || isLong || undefined}
        aria-describedby="prompt-count prompt-problem"
        onInput={(event) => changeDraft({ prompt: event.currentTarget.value })}
      />
      <div class="prompt-foot">
        <span class="problem" id="prompt-problem" role="alert">
          {isLong ? t.promptLong(maxPromptLength) : problem}
        </span>
        <span class={`count ${isLong ? "problem" : ""}`} id="prompt-count">
          <span aria-hidden="true">{`${number(length)} / ${number(maxPromptLength)}`}</span>
          <span class="unseen">{t.characters(length, maxPromptLength)}</span>
        </span>
      </div>
    </div>
  );
}
