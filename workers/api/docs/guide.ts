/** The first part of /docs: what this is, where a session or a key comes from, a submit and a poll to paste. Pure. */
import { html } from "hono/html";
import { markup } from "./markup.ts";
import type { Words } from "./words.ts";

/** @param origin where the caller found this server. */
export function guide({ title, lead, session, submit, poll, openai, next }: Words, origin: string) {
  return html`<section id="guide" class="part prose">
<h1>${title}</h1>
<p class="lead">${lead}</p>

<h2>${session.title}</h2>
<ol>${session.steps.map((step) => html`<li>${markup.code(step)}</li>`)}</ol>
<table>
<thead><tr><th scope="col">${session.site}</th><th scope="col">${session.write}</th></tr></thead>
<tbody>${session.prefixes.map(([site, prefix]) => html`<tr><td>${site}</td><td><code>${prefix}</code></td></tr>`)}</tbody>
</table>

<h2>${submit.title}</h2>
${markup.sample(`curl ${origin}/v1/images/generations \\
  -H 'Authorization: Bearer us-YOUR_SESSION_ID' \\
  -H 'Content-Type: application/json' \\
  -d '{"prompt":"a lighthouse at dawn","model":"dreamina-4.5","ratio":"16:9"}'`)}
<p>${markup.code(submit.text)}</p>

<h2>${poll.title}</h2>
${markup.sample(`curl ${origin}/v1/images/tasks/TASK_ID \\
  -H 'Authorization: Bearer us-YOUR_SESSION_ID'`)}
<p>${markup.code(poll.text)}</p>

<h2>${openai.title}</h2>
${markup.sample(`from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="us-YOUR_SESSION_ID")
images = client.images.generate(model="dreamina-4.5", prompt="a lighthouse at dawn", size="1536x1024")
print([image.url for image in images.data])`)}
<p>${markup.code(openai.text)}</p>

<h2>${next.title}</h2>
<p>${markup.code(next.text)}</p>
<ul>${next.links.map(([href, name, what]) => html`<li><a href="${href}">${name}</a>: ${what}</li>`)}</ul>
</section>`;
}
