/**
 * GET /docs: every error code with its status and remedy, under the anchors that error answers link to. Made from the
 * same table that answers. The routes themselves are described in /openapi.json.
 */
import { html } from "hono/html";
import { errorCodes, errorKind } from "../../../shared/errors.ts";
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
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .5rem; }
dt { margin-top: 1rem; font-weight: 600; } dd { margin: 0; } :target { background: #fd06; }
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
A failed task answers 200 and carries the same code in <code>error_code</code>.</p>
<dl>
${errorCodes.map((code) => {
  const { status, hint, retryable } = errorKind(code);
  const again = retryable ? "The same request may succeed later." : "The same request will not succeed.";
  return html`<dt id="errors-${code}"><code>${code}</code> (${status})</dt><dd>${hint} ${again}</dd>\n`;
})}</dl>
</html>`);
});
