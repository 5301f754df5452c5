import { Examples } from "#web/first/examples.tsx";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";

/** Shown in the place of the tasks while there are none. */
export function Empty() {
  const t = messages(firstMessages);
  return (
    <div class="welcome">
      <h2>{t.emptyTitle}</h2>
      <p class="what">{t.emptyText}</p>
      <Examples />
    </div>
  );
}
