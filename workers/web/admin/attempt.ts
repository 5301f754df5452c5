/** An action that a press starts: its failure is shown as a notice. */
import { ApiError } from "#web/api/api-error.ts";
import { notify } from "#web/components/toast.tsx";
import { sentenceFor } from "#web/messages/errors.ts";

/** @param done the notice after success. @returns whether it succeeded. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
    if (done !== undefined) notify(done);
    return true;
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
    return false;
  }
}
