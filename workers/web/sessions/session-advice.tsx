/** What to do about a session or key that does not work. */
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checkSessions } from "#web/state/session-checks.ts";
import type { SessionState } from "#web/state/session-summary.ts";
import { regionOf } from "#web/state/session-text.ts";
import { moveSession, type StoredSession } from "#web/state/sessions.ts";
import { KeyAdvice } from "./key-advice.tsx";
import { RefusedToday } from "./refused-today.tsx";

export function SessionAdvice({ session, state }: { session: StoredSession; state: SessionState }) {
  const t = messages(sessionMessages);
  const { finding, kind } = session;
  if (state === "bad" && kind === "session") return <p class="advice">{t.badHint}</p>;
  if (state === "bad" && kind === "ark") return <p class="advice">{messages(keyMessages).refusedHint}</p>;
  if (state === "misplaced") return <Homes session={session} />;
  if (state === "good") return <RefusedToday region={regionOf(session)} />;
  if (state !== "unsure" || finding?.code == null) return null;
  return (
    <div class="advice">
      <p>{sentenceFor(finding.code)}</p>
      {finding.code === "risk_control" && <KeyAdvice />}
    </div>
  );
}

/** The regions where the session is alive. */
function Homes({ session: { id, finding } }: { session: StoredSession }) {
  const t = messages(sessionMessages);
  const homes = finding?.regions ?? [];
  return (
    <p class="advice">
      {t.misplacedHint(homes.map((region) => t.regions[region]).join(" / "))}{" "}
      {homes.map((region) => (
        <button
          key={region}
          type="button"
          class="link-button"
          onClick={() => {
            const moved = moveSession(id, region);
            if (moved !== null) void checkSessions([moved]);
          }}
        >
          {t.moveTo(t.regions[region])}
        </button>
      ))}
    </p>
  );
}
