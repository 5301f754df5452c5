// The theme and the language that the reader chose on the page: the same values in localStorage
// (workers/web/state/theme.ts, workers/web/messages/index.ts). Loaded first in the head, so that nothing is painted in
// the wrong ones. A language in the address comes before the chosen one.
{
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];
  const ownLanguage = root.lang.slice(0, 2);

  const stored = (name, allowed) => {
    try {
      const { version, value } = JSON.parse(localStorage.getItem(`dreamina.${name}`)) ?? {};
      return version === 1 && allowed.includes(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
  // Without storage a choice lasts until the page is left.
  const store = (name, value) => {
    try {
      localStorage.setItem(`dreamina.${name}`, JSON.stringify({ version: 1, value }));
    } catch {}
  };

  const showTheme = (theme) => {
    root.dataset.theme = theme;
    const button = document.querySelector("button.theme");
    if (button === null) return;
    button.title = button.dataset[theme];
    button.setAttribute("aria-label", button.title);
  };
  const showStoredTheme = () => showTheme(stored("theme", themes) ?? "auto");

  const openLanguage = (language) => {
    root.classList.add("leaving");
    location.replace(`?lang=${language}${location.hash}`);
  };

  const chosen = stored("language", ["en", "zh"]) ?? ownLanguage;
  if (chosen !== ownLanguage && !new URLSearchParams(location.search).has("lang")) openLanguage(chosen);
  showStoredTheme();

  addEventListener("DOMContentLoaded", () => {
    showStoredTheme();
    document.querySelector("button.theme").addEventListener("click", () => {
      const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
      store("theme", next);
      showTheme(next);
    });
    document.querySelector("a.language").addEventListener("click", ({ currentTarget }) => {
      store("language", currentTarget.lang.slice(0, 2));
      currentTarget.hash = location.hash;
    });
  });
  // Another tab chose, or this one, before its reader came back here.
  addEventListener("storage", ({ key }) => {
    if (key === "dreamina.theme") showStoredTheme();
    const language = stored("language", ["en", "zh"]);
    if (key === "dreamina.language" && language !== undefined && language !== ownLanguage) openLanguage(language);
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) showStoredTheme();
  });
}
