/** A dialog with a form: its fields, the fault in them, and its buttons. It closes when it was sent. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ApiError } from "#web/api/api-error.ts";
import { Button } from "#web/components/button.tsx";
import { Dialog } from "#web/components/dialog.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";

type FormDialogProps = {
  title: string;
  submit: string;
  /** The fault in the fields; null: there is none. */
  fault: () => string | null;
  /** @throws ApiError, which the dialog shows. */
  send: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
};

export function FormDialog({ title, submit, fault, send, onClose, children }: FormDialogProps) {
  const problem = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const trySending = async (form: HTMLFormElement) => {
    if (isBusy.peek()) return;
    // A date that is typed in part has no value, as if there were none.
    const unfinished = form.querySelector<HTMLInputElement>("input:invalid");
    unfinished?.focus();
    problem.value = unfinished === null ? fault() : messages(adminMessages).incomplete;
    if (problem.peek() !== null) return;
    isBusy.value = true;
    try {
      await send();
      onClose();
    } catch (error) {
      problem.value = sentenceFor(error instanceof ApiError ? error.code : "internal");
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <Dialog title={title} class="form-dialog with-form" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void trySending(event.currentTarget);
        }}
      >
        {children}
        <div class="form-end">
          <p class="problem" role="alert">
            {problem.value}
          </p>
          <div class="confirm-actions">
            <Button onClick={onClose}>{messages(adminMessages).cancel}</Button>
            <Button look="main" type="submit" isBusy={isBusy.value}>
              {submit}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
