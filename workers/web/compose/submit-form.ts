/** Submits the form as it is, fitted to the active sessions and keys; once for a double press. */
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { submitBatch } from "#web/state/batch-send.ts";
import type { Draft } from "#web/state/draft.ts";
import { fitting } from "#web/state/fitting.ts";
import { promptList } from "#web/state/many.ts";
import { lastSubmitted, submit } from "#web/state/submit.ts";
import { scrollToTasks } from "./scroll-to-tasks.ts";

const isFirstSubmit = createSubmitGuard(() => performance.now(), { extend: true });

export function submitForm(): void {
  const fitted = fitting.peek().draft;
  if (!isFirstSubmit(fitted)) return;
  sendFitted(fitted);
  scrollToTasks();
}

/** One prompt as a task, several as a batch. */
function sendFitted(fitted: Draft): void {
  const [first = "", ...others] = promptList.peek()?.prompts ?? [fitted.prompt];
  if (others.length === 0) void submit({ ...fitted, prompt: first });
  else lastSubmitted.value = submitBatch(fitted, [first, ...others]);
}
