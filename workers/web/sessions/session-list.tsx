/** The list of sessions and keys, with what can be done with all of them. */
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { active, sessions } from "#web/state/sessions.ts";
import { ListActions } from "./list-actions.tsx";
import { SessionRow } from "./session-row.tsx";

export function SessionList() {
  const t = messages(sessionMessages);
  const all = sessions.value;
  const isKeyAlone = active.value[0]?.kind === "key" && all.filter(({ isOn }) => isOn).length > 1;
  return (
    <section aria-label={t.list}>
      <ul class="session-list">
        {all.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {isKeyAlone && <p class="note">{t.keyNote}</p>}
      <ListActions />
    </section>
  );
}
