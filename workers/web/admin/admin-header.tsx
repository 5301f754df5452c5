/** Name, the way to the main page, signing out, language and theme. */
import { notify } from "#web/components/toast.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import { Brand } from "#web/shell/brand.tsx";
import { LookButtons } from "#web/shell/look-buttons.tsx";
import { attempt } from "./attempt.ts";
import { session } from "./state/session.ts";
import { signOut } from "./state/sign-in.ts";

export function AdminHeader() {
  const t = messages(adminMessages);
  const leave = async () => {
    if (await attempt(signOut)) notify(messages(adminMessages).signedOut);
  };
  return (
    <header class="header">
      <Brand />
      <span class="space" />
      <a class="header-word" href="/">
        {t.toPage}
      </a>
      {session.value.state === "in" && (
        <button type="button" class="header-word" onClick={() => void leave()}>
          {t.signOut}
        </button>
      )}
      <LookButtons />
    </header>
  );
}
