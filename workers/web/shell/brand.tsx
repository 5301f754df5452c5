/** The name at the start of the header. */
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";

export function Brand() {
  return (
    <span class="brand">
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 1.5c1.1 6.6 3.9 9.4 10.5 10.5C15.9 13.1 13.1 15.9 12 22.5 10.9 15.9 8.1 13.1 1.5 12 8.1 10.9 10.9 8.1 12 1.5Z" />
      </svg>
      <span class="brand-name">{messages(shellMessages).brand}</span>
    </span>
  );
}
