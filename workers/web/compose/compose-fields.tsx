/** The fields of the form, limited to what the active sessions and keys offer. */
import { Segments } from "#web/components/segments.tsx";
import { maxPromptLength } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft, isMany } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { FinerSettings } from "./finer-settings.tsx";
import { FormOptions } from "./form-options.tsx";
import type { FormProblem } from "./form-problem.ts";
import { ModelChoice } from "./model-choice.tsx";
import { PromptField } from "./prompt-field.tsx";
import { RatioChoice } from "./ratio-choice.tsx";
import { ReferenceImages } from "./reference-images.tsx";

export function ComposeFields({ problem }: { problem: FormProblem | null }) {
  const t = messages(composeMessages);
  const { offers } = fitting.value;
  const { mode, prompt, images } = draft.value;
  const promptEmpty = isMany.value ? messages(batchMessages).noPrompts : t.promptEmpty;
  const promptProblem = isMany.value || prompt.trim() === "" ? promptEmpty : t.promptLong(maxPromptLength);
  const imagesProblem = images.length === 0 ? t.imagesEmpty : messages(batchMessages).filesTooLarge;
  return (
    <div class="compose-fields">
      <div class="compose-top">
        <Segments
          label={t.mode}
          labelled="unseen"
          options={modes.map(({ value, icon }) => ({ value, icon, text: t.modes[value] }))}
          value={mode}
          onChange={(value) => changeDraft({ mode: value })}
        />
        <FormOptions />
      </div>
      <PromptField problem={problem === "prompt" ? promptProblem : null} />
      {mode === "image" && <ReferenceImages problem={problem === "images" ? imagesProblem : null} />}
      <ModelChoice />
      <RatioChoice />
      <Segments
        label={t.resolution}
        labelled="beside"
        options={offers.resolutions.map((value) => ({ value, text: value.toUpperCase() }))}
        value={fitting.value.draft.resolution}
        onChange={(resolution) => changeDraft({ resolution })}
      />
      <Segments
        label={t.count}
        labelled="beside"
        options={offers.counts.map((value) => ({ value, text: String(value) }))}
        value={offers.count}
        onChange={(count) => changeDraft({ count })}
      />
      <FinerSettings />
    </div>
  );
}

const modes = [
  { value: "text", icon: "text" },
  { value: "image", icon: "images" },
] as const;
