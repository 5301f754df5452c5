/** Settings that few users change: detail, negative prompt, seed; those that the model has. Collapsed at first. */

import { signal } from "@preact/signals";
import { IconButton } from "#web/components/button.tsx";
import { Disclosure } from "#web/components/disclosure.tsx";
import { maxPromptLength, maxSeed } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, draft, plainDraft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { storedSignal } from "#web/storage/storage.ts";

const isOpen = storedSignal<boolean>(
  { name: "finer-settings", version: 1, read: (stored) => stored === true, isOwn: true },
  false,
);

/** Whether the text in the seed field is invalid; the draft then has the last valid seed. */
export const seedProblem = signal(false);

export function FinerSettings() {
  const t = messages(composeMessages);
  const { mode, negativePrompt, strength, seed } = draft.value;
  const { withoutPlaceFor } = fitting.value.offers;
  // Dreamina takes no negative prompt and no seed together with reference images.
  const hasSeed = mode === "text" && !withoutPlaceFor.includes("seed");
  const hasNegative = mode === "text" && !withoutPlaceFor.includes("negative_prompt");
  const hasStrength = !withoutPlaceFor.includes("sample_strength");
  if (!hasSeed && !hasNegative && !hasStrength) return null;
  const isTouched =
    (hasStrength && strength !== plainDraft.strength) ||
    (hasNegative && negativePrompt.trim() !== "") ||
    (hasSeed && seed !== null);
  return (
    <Disclosure
      class="finer"
      icon="sliders"
      summary={
        <>
          {t.more}
          {isTouched && <span class="dot good" aria-hidden="true" />}
        </>
      }
      open={isOpen.value}
      onToggle={(isShown) => {
        isOpen.value = isShown;
      }}
    >
      <div class="finer-fields">
        {hasStrength && <Detail strength={strength ?? 0} />}
        {hasNegative && <NegativePrompt text={negativePrompt} />}
        {hasSeed && <Seed seed={seed} />}
      </div>
    </Disclosure>
  );
}

function NegativePrompt({ text }: { text: string }) {
  const t = messages(composeMessages);
  return (
    <div class="field">
      <label class="label" for="negative">
        {t.negative}
      </label>
      <textarea
        id="negative"
        class="input"
        rows={2}
        maxLength={maxPromptLength}
        value={text}
        placeholder={t.negativeHint}
        onInput={(event) => changeDraft({ negativePrompt: event.currentTarget.value })}
      />
    </div>
  );
}

function Detail({ strength }: { strength: number }) {
  const t = messages(composeMessages);
  return (
    <div class="field">
      <label class="label" for="strength">
        {t.strength}
        <output class="value" for="strength">
          {strength.toFixed(2)}
        </output>
      </label>
      <input
        id="strength"
        type="range"
        class="range"
        min={0}
        max={1}
        step={0.05}
        value={strength}
        style={{ "--part": `${strength * 100}%` }}
        aria-describedby="strength-note"
        onInput={(event) => changeDraft({ strength: event.currentTarget.valueAsNumber })}
      />
      <p class="note" id="strength-note">
        {t.strengthNote}
      </p>
    </div>
  );
}

function Seed({ seed }: { seed: number | null }) {
  const t = messages(composeMessages);
  const change = (text: string) => {
    const value = text.trim() === "" ? null : Number(text);
    const isSeed = value === null || (Number.isInteger(value) && value >= 0 && value <= maxSeed);
    seedProblem.value = !isSeed;
    if (isSeed) changeDraft({ seed: value });
  };
  const set = (value: number | null) => {
    seedProblem.value = false;
    changeDraft({ seed: value });
  };
  return (
    <div class="field">
      <label class="label" for="seed">
        {t.seed}
      </label>
      <div class="with-buttons">
        <input
          id="seed"
          class="input"
          inputMode="numeric"
          autocomplete="off"
          value={seedProblem.value ? undefined : (seed ?? "")}
          placeholder={t.seedHint}
          aria-invalid={seedProblem.value || undefined}
          aria-describedby="seed-note seed-problem"
          onInput={(event) => change(event.currentTarget.value)}
        />
        <IconButton icon="dice" label={t.seedRoll} onClick={() => set(Math.floor(Math.random() * (maxSeed + 1)))} />
        <IconButton icon="close" label={t.seedClear} disabled={seed === null} onClick={() => set(null)} />
      </div>
      <p class="note" id="seed-note">
        {t.seedNote}
      </p>
      <p class="problem" id="seed-problem" role="alert">
        {seedProblem.value && t.seedBad(maxSeed)}
      </p>
    </div>
  );
}
