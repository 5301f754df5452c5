/** The ids of what a credential runs. */
import { Disclosure } from "#web/components/disclosure.tsx";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";

export function Running({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <Disclosure icon="images" summary={messages(adminPoolMessages).ids}>
      <ul class="ids">
        {ids.map((id) => (
          <li key={id}>
            <code>{id}</code>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
