/**
 * The page at /docs as markup: how to begin, the place of the API reference, every error code under the anchor that
 * error answers link to, and what Dreamina's own codes mean. Complete without its script, which shows one part at a
 * time and loads the reference. Pure.
 */
import { html } from "hono/html";
import { errorCodes, errorKind, type Hint } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import { knownArkRefusals, knownRefusals } from "#shared/upstreams/index.ts";
import { errorCauses } from "./causes.ts";
import { guide } from "./guide.ts";
import { markup } from "./markup.ts";
import { aboutRefusal, type Words, words } from "./words.ts";

/** @param origin where the caller found this server, for the examples. */
export function docsPage(language: Language, origin: string) {
  const say = words[language];
  const parts = ["guide", "reference", "errors", "dreamina"] as const;
  // The style and the script are in the head without `defer`: the right part is there before anything is painted,
  // so that an anchor stays where the reader landed.
  return html`<!doctype html>
<html lang="${say.htmlLang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say.title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/docs/page.css">
<script src="/docs/page.js" data-copy="${say.copy}" data-copied="${say.copied}"></script>
</head>
<body>
<header class="bar">
<a class="brand" href="/">${star}<span>Dreamina API</span></a>
<nav aria-label="${say.nav.label}">
${parts.map((part) => html`<a href="#${part}">${say.nav[part]}</a>\n`)}</nav>
<a class="language" href="?lang=${say.other.language}" lang="${say.other.htmlLang}" hreflang="${say.other.htmlLang}">${say.other.name}</a>
</header>
<main>
${guide(say, origin)}
${errors(say, language)}
${dreamina(say, language)}
</main>
${reference(say)}
</body>
</html>`;
}

const star = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.5c1.1 6.6 3.9 9.4 10.5 10.5C15.9 13.1 13.1 15.9 12 22.5 10.9 15.9 8.1 13.1 1.5 12 8.1 10.9 10.9 8.1 12 1.5Z"/></svg>`;

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0e6b5c"/><path d="M10 9h7a7 7 0 0 1 0 14h-7z" fill="none" stroke="#f7f5ef" stroke-width="3"/></svg>',
)}`;

/** Beside our own main, because it brings one. */
function reference({ reference: say }: Words) {
  return html`<section id="reference" class="part" aria-label="${say.title}">
<p class="prose" data-reference-loading>${say.loading}</p>
<p class="prose" data-reference-failed hidden>${say.failed}</p>
<noscript><p class="prose"><a href="/openapi.json">/openapi.json</a></p></noscript>
<div data-reference></div>
</section>`;
}

function errors({ errors: say }: Words, language: Language) {
  return html`<section id="errors" class="part prose">
<h1>${say.title}</h1>
<p>${markup.code(say.text)}</p>
<nav class="codes" aria-label="${say.index}">
${errorCodes.map((name) => html`<a href="#errors-${name}"><code>${name}</code></a>\n`)}</nav>
${errorCodes.map((name) => {
  const { status, type, hint, retryable } = errorKind(name);
  return html`<article id="errors-${name}">
<h2><code>${name}</code> <small>${status} · ${type}</small></h2>
${inBoth(language, (one) => [errorCauses[name][one], hint[one], outlook(retryable, one)])}
</article>
`;
})}</section>`;
}

function dreamina(all: Words, language: Language) {
  const { dreamina: say } = all;
  return html`<section id="dreamina" class="part prose wide">
<h1>${say.title}</h1>
<p>${markup.code(say.text)}</p>
<table>
<thead><tr>${say.columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${knownRefusals.map(({ codes, keys, class: about, ...refusal }) =>
  refusalRow([...codes, ...keys], aboutRefusal[language][about], refusal, language),
)}</tbody>
</table>
${ark(all, language)}
</section>`;
}

/** Refusals of the clouds that take keys. */
function ark({ ark: say }: Words, language: Language) {
  return html`<h1>${say.title}</h1>
<p>${markup.code(say.text)}</p>
<table>
<thead><tr>${say.columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${knownArkRefusals.map(({ codes, ...refusal }) => refusalRow(codes, null, refusal, language))}</tbody>
</table>`;
}

type Refusal = Pick<(typeof knownArkRefusals)[number], "code" | "message" | "hint" | "retryable">;

/** @param about null: the table has no such column. */
function refusalRow(
  names: readonly string[],
  about: string | null,
  { code: ours, message, hint, retryable }: Refusal,
  language: Language,
) {
  return html`<tr><td>${names.map((name) => html`<code>${name}</code> `)}</td>${about === null ? "" : html`<td>${about}</td>`}
<td><a href="#errors-${ours}"><code>${ours}</code></a></td>
<td><p lang="en">${markup.code(message)}</p>${inBoth(language, (one) => [hint[one], outlook(retryable, one)])}</td></tr>
`;
}

const outlook = (retryable: boolean, language: Language): string =>
  retryable ? words[language].errors.retryable : words[language].errors.final;

/** One paragraph in each language, the reader's own first. */
function inBoth(first: Language, sentences: (language: Language) => Hint[Language][]) {
  const order = [first, words[first].other.language];
  return order.map((language) => {
    const text = sentences(language).join(language === "zh" ? "" : " ");
    return html`<p lang="${words[language].htmlLang}">${markup.code(text)}</p>\n`;
  });
}
