/** The sessions dialog: the list, the field to add more, and the guide to the cookie. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "#web/components/dialog.tsx";
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { refreshCredits } from "#web/state/session-checks.ts";
import { active, sessions } from "#web/state/sessions.ts";
import { AddSessions } from "./add-sessions.tsx";
import { CookieGuide } from "./cookie-guide.tsx";
import { ImportButton, ListActions } from "./list-actions.tsx";
import { SessionRow } from "./session-row.tsx";

export function SessionsDialog({ onClose }: { onClose: () => void }) {
  const t = messages(sessionMessages);
  const all = sessions.value;
  // The guide is open only for users without a session.
  const needsGuide = useSignal(all.length === 0);
  const isKeyAlone = active.value[0]?.kind === "key" && all.filter(({ isOn }) => isOn).length > 1;
  useEffect(() => {
    void refreshCredits();
  }, []);
  return (
    <Dialog title={t.title} onClose={onClose} class="sessions">
      <p class="intro">{t.intro}</p>
      {all.length > 0 && (
        <section aria-label={t.list}>
          <ul class="session-list">
            {all.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
          {isKeyAlone && <p class="note">{t.keyNote}</p>}
          <ListActions />
        </section>
      )}
      <AddSessions />
      {all.length === 0 && (
        <div class="list-actions">
          <ImportButton />
        </div>
      )}
      <details class="disclosure where" open={needsGuide.value}>
        <summary>
          <Icon name="info" size={18} />
          {t.where}
          <Icon name="chevron" size={18} />
        </summary>
        <CookieGuide />
      </details>
    </Dialog>
  );
}
