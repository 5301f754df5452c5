/** The dialog of sessions and keys: the list, the field to add more, and the guides to both. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "#web/components/dialog.tsx";
import { Disclosure } from "#web/components/disclosure.tsx";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { refreshCredits } from "#web/state/session-checks.ts";
import { sessions } from "#web/state/sessions.ts";
import { AddSessions } from "./add-sessions.tsx";
import { CookieGuide } from "./cookie-guide.tsx";
import { KeyGuide } from "./key-guide.tsx";
import { ImportButton } from "./list-actions.tsx";
import { closeSessions, opened } from "./opened.ts";
import { SessionList } from "./session-list.tsx";

export function SessionsDialog() {
  const t = messages(sessionMessages);
  const k = messages(keyMessages);
  const isEmpty = sessions.value.length === 0;
  const opening = opened.value;
  const keys = useRef<HTMLDetailsElement>(null);
  // The guide to a session is open only for users without one who did not ask for a key.
  const needsGuide = useSignal(isEmpty && opening?.part !== "keys");
  useEffect(() => {
    void refreshCredits();
  }, []);
  // After the dialog's own effect, which moves the focus into it.
  useEffect(() => {
    if (opening?.part === "keys") show(keys.current);
  }, [opening]);
  return (
    <Dialog title={t.title} onClose={closeSessions} class="sessions">
      <p class="intro">{t.intro}</p>
      {!isEmpty && <SessionList />}
      <AddSessions />
      {isEmpty && (
        <div class="list-actions">
          <ImportButton />
        </div>
      )}
      <Disclosure class="where" icon="info" summary={t.where} open={needsGuide.value}>
        <CookieGuide />
      </Disclosure>
      <Disclosure class="where" icon="info" summary={k.where} details={keys}>
        <KeyGuide />
      </Disclosure>
    </Dialog>
  );
}

function show(details: HTMLDetailsElement | null): void {
  if (details === null) return;
  details.open = true;
  // Not scrollIntoView, which on phones scrolls the title bar out of the dialog.
  const body = details.closest(".dialog-body");
  body?.scrollBy({ top: details.getBoundingClientRect().top - body.getBoundingClientRect().top });
  details.querySelector("summary")?.focus({ preventScroll: true });
}
