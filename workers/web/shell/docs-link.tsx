/** The link to the explanation of the API, in the page's language. */
import { language, messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";

export function DocsLink() {
  return (
    <a class="header-word docs-link" href={`/docs?lang=${language.value}`}>
      {messages(shellMessages).docs}
    </a>
  );
}
