/** Sends the form: validates it, guards against double submits, and asks for a session or key where there is none. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { withSession } from "#web/sessions/with-session.ts";
import { filled, partToChange } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { seedProblem } from "./finer-settings.tsx";
import { focusField } from "./focus.ts";
import { problemOf } from "./form-problem.ts";
import { areFilesLoading, filesAdded } from "./incoming.ts";
import { scrollToForm } from "./scroll-to-form.ts";
import { submitForm } from "./submit-form.ts";

export function useSend() {
  const form = useRef<HTMLFormElement>(null);
  /** Problems are shown only after an attempt to send. */
  const wasAttempted = useSignal(false);

  useSignalEffect(() => {
    if (filled.value === 0) return;
    wasAttempted.value = false;
    seedProblem.value = false;
    scrollToForm(form.current, partToChange.peek());
  });

  const send = () => {
    if (areFilesLoading.value) {
      // Without these files another image would be made and paid for. If one is refused, nothing is sent.
      void filesAdded().then((areAllIn) => areAllIn && send());
      return;
    }
    wasAttempted.value = true;
    const problem = problemOf(fitting.value.draft);
    if (problem !== null) {
      focusField(form.current, problem);
      return;
    }
    wasAttempted.value = false;
    void withSession(submitForm);
  };
  return { form, send, problem: wasAttempted.value ? problemOf(fitting.value.draft) : null };
}
