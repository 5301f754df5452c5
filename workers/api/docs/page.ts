/**
 * The page at /docs as markup: how to begin, the place of the API reference, every error code under the anchor that
 * error answers link to, and what Dreamina's own codes mean. Complete without its script, which shows one part at a
 * time and loads the reference. Pure.
 */
import { html } from "hono/html";
import { errorCodes, errorKind, type Hint } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import { knownArkRefusals, knownRefusals } from "#shared/upstreams/index.ts";
import { bar } from "./bar.ts";
import { errorCauses } from "./causes.ts";
import { guide } from "./guide.ts";
import { markup } from "./markup.ts";
import { aboutRefusal, type Words, words } from "./words.ts";

/** @param origin where the caller found this server, for the examples. */
export function docsPage(language: Language, origin: string) {
  const say = words[language];
  // The styles and the scripts are in the head without `defer`: theme, language and part are right before anything is
  // painted, and an anchor stays where the reader landed.
  return html`<!doctype html>
<html lang="${say.htmlLang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say.title}</title>
<link rel="icon" type="image/svg+xml" href="/docs/icon.svg">
<script src="/docs/settings.js"></script>
<link rel="stylesheet" href="/docs/page.css">
<script src="/docs/page.js" data-copy="${say.copy}" data-copied="${say.copied}"></script>
</head>
<body>
${bar(say)}
<main>
${guide(say, origin)}
${errors(say, language)}
${dreamina(say, language)}
</main>
${reference(say)}
</body>
</html>`;
}

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
