/** The buttons that change the language and the theme. */
import { IconButton } from "#web/components/button.tsx";
import { language, messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { theme, themes } from "#web/state/theme.ts";

const themeIcons = { auto: "halves", light: "sun", dark: "moon" } as const;

export function LookButtons() {
  const t = messages(shellMessages);
  const otherLanguage = language.value === "en" ? "zh" : "en";
  const nextTheme = () => {
    theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
  };
  return (
    <>
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
    </>
  );
}
