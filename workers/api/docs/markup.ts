/** Small pieces of markup that the parts of /docs share. Pure. */
import { html } from "hono/html";

/** A text in which what stands between backticks is code. */
const code = (text: string) =>
  text.split("`").map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

/** Something to copy; the script puts a button beside it. */
const sample = (text: string) => html`<pre tabindex="0"><code>${text}</code></pre>`;

export const markup = { code, sample };
