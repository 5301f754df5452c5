/**
 * GET /docs: every error code with its status and remedy, under the anchors that error answers link to, and what
 * Dreamina's own codes mean. Made from the same tables that answer. The routes themselves are described in
 * /openapi.json.
 */
import { html } from "hono/html";
import { errorCodes, errorKind, type Hint } from "../../../shared/errors.ts";
import { knownRefusals } from "../../../shared/upstream/index.ts";
import { createRouter } from "../app.ts";

export const docs = createRouter();

docs.get("/", (c) => c.redirect("/docs"));

docs.get("/docs", (c) => {
  const { origin } = new URL(c.req.url);
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  return c.html(html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dreamina image API</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
pre, .wide { overflow-x: auto; }
pre { padding: .75rem; border: 1px solid #8886; border-radius: .5rem; }
dt { margin-top: 1rem; font-weight: 600; } dd { margin: 0; } :target { background: #fd06; }
table { border-collapse: collapse; } th { text-align: left; }
td, th { padding: .5rem; border-bottom: 1px solid #8886; vertical-align: top; }
td code { overflow-wrap: anywhere; } td:last-child { min-width: 18rem; }
</style>
<h1>Dreamina image API</h1>
<p>Submit a prompt, get a task id at once, poll, and receive links to pictures.
Every route and field: <a href="/openapi.json">/openapi.json</a>. Models and sizes: <a href="/v1/models">/v1/models</a>.</p>
<pre>curl ${origin}/v1/images/generations \\
  -H 'Authorization: Bearer us-YOUR_SESSION_ID' \\
  -H 'Content-Type: application/json' \\
  -d '{"prompt":"a lighthouse at dawn"}'

curl ${origin}/v1/images/tasks/TASK_ID \\
  -H 'Authorization: Bearer us-YOUR_SESSION_ID'</pre>
<h2>Errors</h2>
<p>A refused request answers with <code>{"error":{"message","type","param","code","hint","retryable","docs"}}</code>.
A failed task answers 200 and carries the same code in <code>error_code</code>.
With <code>Accept-Language: zh</code> the hint comes in Chinese.</p>
<dl>
${errorCodes.map((code) => {
  const { status, hint, retryable } = errorKind(code);
  return html`<dt id="errors-${code}"><code>${code}</code> (${status})</dt><dd>${inBoth(hint, retryable)}</dd>\n`;
})}</dl>
<h2 id="dreamina">What Dreamina says</h2>
<p>Dreamina's own codes and message keys, which a failed task carries in <code>error_info.upstream</code>, and what each
becomes here. Where a code asks for something else than ours does, <code>hint</code> and <code>retryable</code> are the
ones below.</p>
<div class="wide"><table>
<thead><tr><th>Dreamina's code or key</th><th>about</th><th>our code</th><th>what to do</th></tr></thead>
<tbody>
${knownRefusals.map(({ codes, keys, class: about, code, message, hint, retryable }) => {
  const names = [...codes, ...keys].map((name) => html`<code>${name}</code> `);
  const ours = html`<a href="#errors-${code}"><code>${code}</code></a>`;
  return html`<tr><td>${names}</td><td>${about}</td><td>${ours}</td><td>${message}<br>${inBoth(hint, retryable)}</td></tr>\n`;
})}</tbody>
</table></div>
</html>`);
});

function inBoth(hint: Hint, retryable: boolean) {
  const again = retryable
    ? { en: "The same request may succeed later.", zh: "同样的请求以后可能成功。" }
    : { en: "The same request will not succeed.", zh: "同样的请求不会成功。" };
  return html`${hint.en} ${again.en}<br><span lang="zh">${hint.zh}${again.zh}</span>`;
}
