/**
 * Exchanges the administrator's key for a cookie. The key is read from the field when it is sent, and the field is
 * cleared at once; no state of the page ever holds it.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import { SignInFault } from "./sign-in-fault.tsx";
import { signIn } from "./state/sign-in.ts";

export function SignIn() {
  const t = messages(adminMessages);
  const id = useId();
  const isBusy = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const send = async () => {
    const { current } = field;
    const key = current?.value.trim() ?? "";
    if (current === null || key === "" || isBusy.peek()) return;
    current.value = "";
    isBusy.value = true;
    await signIn(key);
    isBusy.value = false;
    field.current?.focus();
  };
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>{t.signIn}</h2>
      <p class="part-lead">{t.signInLead}</p>
      <SignInFault />
      <div class="field">
        <label class="label" for={id}>
          {t.adminKey}
        </label>
        <input
          ref={field}
          id={id}
          class="input"
          type="password"
          autocomplete="current-password"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby={`${id}-note`}
        />
        <p class="note" id={`${id}-note`}>
          {t.adminKeyNote}
        </p>
      </div>
      <Button look="main" type="submit" isBusy={isBusy.value}>
        {t.signIn}
      </Button>
    </form>
  );
}
