/** Sends the form: validates it, guards against double submits, and asks for a session or key where there is none. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { submitBatch } from "#web/state/batch-send.ts";
import { type Draft, filled } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { promptList } from "#web/state/many.ts";
import { active } from "#web/state/sessions.ts";
import { lastSubmitted, submit } from "#web/state/submit.ts";
import { seedProblem } from "./finer-settings.tsx";
import { focusField } from "./focus.ts";
import { problemOf } from "./form-problem.ts";
import { areFilesLoading, filesAdded } from "./incoming.ts";
import { scrollToForm } from "./scroll-to-form.ts";
import { scrollToTasks } from "./scroll-to-tasks.ts";

/** One prompt as a task, several as a batch. */
function sendFitted(fitted: Draft): void {
  const [first = "", ...others] = promptList.peek()?.prompts ?? [fitted.prompt];
  if (others.length === 0) void submit({ ...fitted, prompt: first });
  else lastSubmitted.value = submitBatch(fitted, [first, ...others]);
}

const isFirstSubmit = createSubmitGuard(() => performance.now(), { extend: true });

/** @param onSessions opens the sessions dialog. */
export function useSend(onSessions: () => void) {
  const form = useRef<HTMLFormElement>(null);
  /** Problems are shown only after an attempt to send. */
  const wasAttempted = useSignal(false);

  useSignalEffect(() => {
    if (filled.value === 0) return;
    wasAttempted.value = false;
    seedProblem.value = false;
    scrollToForm(form.current);
  });

  const send = () => {
    if (areFilesLoading.value) {
      // Without these files another image would be made and paid for. If one is refused, nothing is sent.
      void filesAdded().then((areAllIn) => areAllIn && send());
      return;
    }
    wasAttempted.value = true;
    const fitted = fitting.value.draft;
    const problem = problemOf(fitted);
    if (problem !== null) {
      focusField(form.current, problem);
      return;
    }
    if (active.value.length === 0) {
      onSessions();
      return;
    }
    wasAttempted.value = false;
    if (!isFirstSubmit(fitted)) return;
    sendFitted(fitted);
    scrollToTasks();
  };
  return { form, send, problem: wasAttempted.value ? problemOf(fitting.value.draft) : null };
}
