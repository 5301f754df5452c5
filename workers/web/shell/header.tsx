/** Name, sessions and keys, the API's docs, language and theme. */
import { IconButton } from "#web/components/button.tsx";
import { language, messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { summary } from "#web/state/session-summary.ts";
import type { Credential } from "#web/state/session-text.ts";
import { active, sessions } from "#web/state/sessions.ts";
import { theme, themes } from "#web/state/theme.ts";
import { DocsLink } from "./docs-link.tsx";

const themeIcons = { auto: "halves", light: "sun", dark: "moon" } as const;

export function Header({ onSessions }: { onSessions: () => void }) {
  const t = messages(shellMessages);
  const otherLanguage = language.value === "en" ? "zh" : "en";
  const nextTheme = () => {
    theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
  };
  return (
    <header class="header">
      <span class="brand">
        <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 1.5c1.1 6.6 3.9 9.4 10.5 10.5C15.9 13.1 13.1 15.9 12 22.5 10.9 15.9 8.1 13.1 1.5 12 8.1 10.9 10.9 8.1 12 1.5Z" />
        </svg>
        <span class="brand-name">{t.brand}</span>
      </span>
      <span class="space" />
      <SessionsButton onClick={onSessions} />
      <DocsLink />
      <button
        type="button"
        class="header-word"
        lang={otherLanguage === "zh" ? "zh-CN" : "en"}
        aria-label={t.otherLanguage}
        title={t.otherLanguage}
        onClick={() => {
          language.value = otherLanguage;
        }}
      >
        {t.otherLanguageShort}
      </button>
      <IconButton icon={themeIcons[theme.value]} label={t.theme[theme.value]} onClick={nextTheme} />
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
