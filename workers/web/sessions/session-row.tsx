/** One session or key: its switch, name, state, credits and actions. */

import { IconButton } from "#web/components/button.tsx";
import { notify } from "#web/components/toast.tsx";
import { maxSessionName } from "#web/limits.ts";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checking, checkSessions } from "#web/state/session-checks.ts";
import { type SessionState, stateOf } from "#web/state/session-summary.ts";
import { cloudOf, masked, regionOf } from "#web/state/session-text.ts";
import { changeSession, removeSession, type StoredSession } from "#web/state/sessions.ts";
import { consoles } from "./consoles.ts";
import { SessionAdvice } from "./session-advice.tsx";
import { sinceWhen } from "./since-when.ts";

export function SessionRow({ session }: { session: StoredSession }) {
  const t = messages(sessionMessages);
  const { id, name, isOn } = session;
  const label = name || masked(session);
  const isBusy = checking.value.has(id);
  const remove = (row: HTMLElement | null) => {
    focusBeside(row);
    const undo = removeSession(id);
    notify(t.removed(label), { label: messages(componentMessages).undo, run: undo });
  };
  return (
    <li class={`session ${isOn ? "" : "off"}`}>
      <label class="switch">
        <input
          type="checkbox"
          aria-label={t.isOn(label)}
          checked={isOn}
          onChange={(event) => changeSession(id, { isOn: event.currentTarget.checked })}
        />
        <span />
      </label>
      <div class="session-main">
        <Names session={session} />
        <Found session={session} isBusy={isBusy} />
      </div>
      <div class="session-actions">
        <IconButton
          icon="again"
          size={18}
          label={t.check(label)}
          class={isBusy ? "turning" : ""}
          disabled={isBusy}
          onClick={() => void checkSessions([session])}
        />
        <IconButton
          icon="trash"
          size={18}
          label={t.remove(label)}
          onClick={(event) => remove(event.currentTarget.closest("li"))}
        />
      </div>
    </li>
  );
}

function Names({ session }: { session: StoredSession }) {
  const t = messages(sessionMessages);
  const { id, name } = session;
  return (
    <div class="session-names">
      <input
        class="session-name"
        value={name}
        maxLength={maxSessionName}
        placeholder={t.namePlaceholder}
        aria-label={t.nameOf(masked(session))}
        autocomplete="off"
        spellcheck={false}
        onChange={(event) => changeSession(id, { name: event.currentTarget.value.trim() })}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      <span class="session-mask">
        <code>{masked(session)}</code>
        <span class="region-name">{placeName(session)}</span>
      </span>
    </div>
  );
}

/** Focuses the remove button of the next or previous row; without one, the field for new sessions. */
function focusBeside(row: HTMLElement | null): void {
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const target = neighbour?.querySelector<HTMLElement>(".session-actions button:last-child");
  (target ?? row?.closest("dialog")?.querySelector<HTMLElement>(".session-text"))?.focus();
}

function placeName(session: StoredSession): string {
  const t = messages(sessionMessages);
  const [region, cloud] = [regionOf(session), cloudOf(session)];
  if (cloud !== null) return messages(keyMessages).clouds[cloud];
  return region === null ? t.apiKey : t.regions[region];
}

/** Result of the last check. */
function Found({ session, isBusy }: { session: StoredSession; isBusy: boolean }) {
  const t = messages(sessionMessages);
  const { finding } = session;
  const state = stateOf(session);
  const credits = finding?.credits ?? null;
  return (
    <div class="session-found" aria-live="polite" aria-busy={isBusy}>
      <span class={`state ${looks[state]}`}>
        <span class={`dot ${looks[state]}`} aria-hidden="true" />
        {stateWord(session, state)}
      </span>
      {credits !== null && (
        <span class="session-credits" title={t.creditParts(credits.gift, credits.purchase, credits.vip)}>
          {t.credits(credits.total)}
        </span>
      )}
      {finding !== null && <span class="session-when">{sinceWhen(finding.at)}</span>}
      <Balance session={session} />
      <SessionAdvice session={session} state={state} />
    </div>
  );
}

const looks: Record<SessionState, "good" | "bad" | "unsure"> = {
  good: "good",
  poor: "unsure",
  bad: "bad",
  misplaced: "bad",
  unsure: "unsure",
};

function stateWord({ finding, kind }: StoredSession, state: SessionState): string {
  const t = messages(sessionMessages);
  if (state === "unsure" && finding !== null) return t.unknownBecause;
  if (state === "bad" && kind === "key") return t.badKey;
  if (state === "bad" && kind === "ark") return messages(keyMessages).refused;
  return t.states[state];
}

/** Clouds tell no balance. */
function Balance({ session }: { session: StoredSession }) {
  const t = messages(keyMessages);
  const cloud = cloudOf(session);
  if (cloud === null) return null;
  return (
    <a href={consoles[cloud]} target="_blank" rel="noreferrer noopener">
      {t.balance}
    </a>
  );
}
