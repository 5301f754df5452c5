/** The bar of /docs: the way back to the page, the parts, language and theme. Pure. */
import { html } from "hono/html";
import type { Words } from "./words.ts";

export const parts = ["guide", "reference", "errors", "dreamina"] as const;

/** The bar's elements have the classes of the page's own header, and its styles. */
export function bar({ brand, nav, back, other, theme }: Words) {
  return html`<header class="header">
<a class="brand" href="/">${star}<span>${brand}</span></a>
<nav aria-label="${nav.label}">
${parts.map((part) => html`<a class="header-word" href="#${part}">${nav[part]}</a>\n`)}</nav>
<a class="header-word back" href="/">${back}</a>
<a class="header-word language" href="?lang=${other.language}" lang="${other.htmlLang}" hreflang="${other.htmlLang}">${other.name}</a>
<button type="button" class="icon-button theme" data-auto="${theme.auto}" data-light="${theme.light}" data-dark="${theme.dark}">
${Object.entries(themeIcons).map(
  ([name, path]) =>
    html`<svg class="icon ${name}" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>\n`,
)}</button>
</header>`;
}

const star = html`<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.5c1.1 6.6 3.9 9.4 10.5 10.5C15.9 13.1 13.1 15.9 12 22.5 10.9 15.9 8.1 13.1 1.5 12 8.1 10.9 10.9 8.1 12 1.5Z"/></svg>`;

/** The page's own (workers/web/components/icon.tsx). */
const themeIcons = {
  auto: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 3.5v17M12 8h6.5M12 12h8.5M12 16h6.5",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
};
