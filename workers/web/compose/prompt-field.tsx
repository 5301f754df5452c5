/** The prompt, or several of them: as tall as its text, with a count of characters or of prompts, red above the limit. */

import { maxPromptLength } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages, number } from "#web/messages/index.ts";
import { changeDraft, draft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { promptList } from "#web/state/many.ts";
import { listProblemText } from "./list-problem-text.ts";
import { ManySwitch } from "./many-switch.tsx";
import { usePromptHistory } from "./use-prompt-history.ts";

export function PromptField({ problem }: { problem: string | null }) {
  const t = messages(composeMessages);
  const { prompt, mode } = draft.value;
  const list = promptList.value;
  const isLong = list === null && prompt.trim().length > maxPromptLength;
  const fault = list?.problem ? listProblemText(list.problem) : isLong ? t.promptLong(maxPromptLength) : null;
  const hint = mode === "image" ? t.promptHintImage : t.promptHint;
  const recall = usePromptHistory();
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
        placeholder={list === null ? hint : messages(batchMessages).placeholder}
        aria-invalid={problem !== null || fault !== null || undefined}
        aria-describedby="prompt-count prompt-problem"
        onInput={(event) => changeDraft({ prompt: event.currentTarget.value })}
        onKeyDown={recall}
      />
      <div class="prompt-foot">
        <span class="problem" id="prompt-problem" role="alert">
          {fault ?? problem}
        </span>
        <PromptCount isLong={isLong} />
      </div>
      <ManySwitch />
    </div>
  );
}

/** The characters of one prompt; of a list its prompts, and the images that they make. */
function PromptCount({ isLong }: { isLong: boolean }) {
  const t = messages(composeMessages);
  const list = promptList.value;
  const { length } = draft.value.prompt.trim();
  if (list !== null) {
    const { counted } = messages(batchMessages);
    const { count } = fitting.value.offers;
    const prompts = list.prompts.length;
    return (
      <span class="count" id="prompt-count">
        {prompts > 0 && counted(prompts, count, prompts * count)}
      </span>
    );
  }
  return (
    <span class={`count ${isLong ? "problem" : ""}`} id="prompt-count">
      <span aria-hidden="true">{`${number(length)} / ${number(maxPromptLength)}`}</span>
      <span class="unseen">{t.characters(length, maxPromptLength)}</span>
    </span>
  );
}
