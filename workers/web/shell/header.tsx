/** Name, sessions and keys, the API's docs, language and theme. */
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { summary } from "#web/state/session-summary.ts";
import type { Credential } from "#web/state/session-text.ts";
import { active, sessions } from "#web/state/sessions.ts";
import { Brand } from "./brand.tsx";
import { DocsLink } from "./docs-link.tsx";
import { LookButtons } from "./look-buttons.tsx";

export function Header({ onSessions }: { onSessions: () => void }) {
  return (
    <header class="header">
      <Brand />
      <span class="space" />
      <SessionsButton onClick={onSessions} />
      <DocsLink />
      <LookButtons />
    </header>
  );
}

function SessionsButton({ onClick }: { onClick: () => void }) {
  const t = messages(shellMessages);
  const { state, credits } = summary.value;
  const text = sessions.value.length === 0 ? t.addSession : active.value.length === 0 ? t.noneOn : activeText();
  return (
    <button type="button" class="sessions-button" aria-haspopup="dialog" title={t.manageSessions} onClick={onClick}>
      <span class={`dot ${state}`} aria-hidden="true" />
      <span class="sessions-text">{text}</span>
      {credits !== null && <span class="credits">{t.credits(credits)}</span>}
    </button>
  );
}

/** "2 sessions, 1 key" */
function activeText(): string {
  const t = messages(shellMessages);
  const ofKind = (wanted: Credential["kind"]) => active.value.filter(({ kind }) => kind === wanted).length;
  if (ofKind("key") > 0) return t.apiKey;
  const [ofSites, ofClouds] = [ofKind("session"), ofKind("ark")];
  if (ofClouds === 0) return t.sessions(ofSites);
  return ofSites === 0 ? t.keys(ofClouds) : t.both(t.sessions(ofSites), t.keys(ofClouds));
}
