/** The form: what is wished, as far as the sessions that are on can fulfil it, and the button that sends it. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { Segments } from "#web/components/segments.tsx";
import { maxPromptLength } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { changeDraft, type Draft, draft, filled } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { active } from "#web/state/sessions.ts";
import { submit } from "#web/state/tasks.ts";
import { FinerSettings, seedProblem } from "./finer-settings.tsx";
import { FormOptions } from "./form-options.tsx";
import { areFilesComing, filesCame } from "./incoming.ts";
import { ModelChoice } from "./model-choice.tsx";
import { PromptField } from "./prompt-field.tsx";
import { ReferenceImages } from "./reference-images.tsx";
import { ShapeChoice } from "./shape-choice.tsx";

const isFirstSubmit = createSubmitGuard(() => performance.now());

export function Compose({ onSessions }: { onSessions: () => void }) {
  const t = messages(composeMessages);
  const form = useRef<HTMLFormElement>(null);
  /** Faults are told once somebody has tried to send. */
  const hasTried = useSignal(false);
  const { offers } = fitting.value;
  const { mode } = draft.value;

  useSignalEffect(() => {
    if (filled.value === 0) return;
    hasTried.value = false;
    seedProblem.value = false;
    showForm(form.current);
  });

  const send = () => {
    if (areFilesComing.value) {
      // Wait for them: without them another image would be made and paid for. If one is refused, nothing is sent.
      void filesCame().then((areAllIn) => areAllIn && send());
      return;
    }
    hasTried.value = true;
    const faulty = faultIn(fitting.value.draft);
    if (faulty !== null) {
      focusField(form.current, faulty);
      return;
    }
    if (active.value.length === 0) {
      onSessions();
      return;
    }
    hasTried.value = false;
    const fitted = fitting.value.draft;
    if (!isFirstSubmit(fitted)) return;
    void submit(fitted);
    showTasks();
  };
  const fault = hasTried.value ? faultIn(draft.value) : null;
  return (
    <form
      class="compose"
      ref={form}
      aria-label={t.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        const isSending = event.ctrlKey || event.metaKey;
        // Held down it is still one press; only in a text do more lines follow.
        const isHeld = event.repeat && !(event.target instanceof HTMLTextAreaElement);
        if (isSending || isHeld) event.preventDefault();
        if (isSending && !event.repeat) send();
      }}
    >
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
        <PromptField problem={fault === "prompt" ? promptProblem(draft.value, t) : null} />
        {mode === "image" && <ReferenceImages problem={fault === "images" ? t.imagesEmpty : null} />}
        <ModelChoice />
        <ShapeChoice />
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
      <div class="compose-send">
        <Button look="main" icon="star" type="submit" class="send">
          {t.generate(offers.count)}
        </Button>
        <p class="note">
          <span>{offers.estimatedCredits === null ? "\u00a0" : t.credits(offers.estimatedCredits)}</span>
          <kbd>{isApple ? "⌘" : "Ctrl"} + Enter</kbd>
        </p>
      </div>
    </form>
  );
}

const modes = [
  { value: "text", icon: "text" },
  { value: "image", icon: "images" },
] as const;

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

type Field = "prompt" | "images" | "seed";
const fields: Record<Field, string> = {
  prompt: "#prompt",
  images: ".reference-choose",
  seed: "#seed",
};

function faultIn(given: Draft): Field | null {
  const length = given.prompt.trim().length;
  if (length === 0 || length > maxPromptLength) return "prompt";
  if (given.mode === "image" && given.images.length === 0) return "images";
  if (given.mode === "text" && seedProblem.value) return "seed";
  return null;
}

const promptProblem = (given: Draft, t: (typeof composeMessages)["en"]): string =>
  given.prompt.trim() === "" ? t.promptEmpty : t.promptLong(maxPromptLength);

function focusField(form: HTMLFormElement | null, field: Field): void {
  const element = form?.querySelector<HTMLElement>(fields[field]);
  const fold = element?.closest("details");
  if (fold) fold.open = true;
  element?.focus();
}

/** Where the images lie below the form, they are looked at next. */
function showTasks(): void {
  if (!matchMedia("(max-width: 959px)").matches) return;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  setTimeout(() => document.querySelector("#tasks")?.scrollIntoView({ behavior: scrolling() }), 0);
}

const scrolling = (): ScrollBehavior => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

/** After whatever was in front of the form has gone: a dialog gives the focus back first. */
function showForm(form: HTMLFormElement | null): void {
  setTimeout(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    form?.querySelector(".compose-fields")?.scrollTo({ top: 0 });
    form?.scrollIntoView({ block: "nearest", behavior: scrolling() });
    form?.querySelector<HTMLElement>("#prompt")?.focus({ preventScroll: true });
  }, 0);
}
