/** The list of the keys, or that there are none. */
import type { Key } from "#shared/wire/keys.ts";
import { Empty } from "#web/admin/parts/empty.tsx";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import { KeyRow } from "./key-row.tsx";

type KeysProps = { keys: readonly Key[]; onChanged: () => Promise<void> };

export function Keys({ keys, onChanged }: KeysProps) {
  const t = messages(adminKeyMessages);
  if (keys.length === 0) return <Empty text={t.empty} hint={t.emptyHint} />;
  return (
    <ul class="rows">
      {keys.map((key) => (
        <KeyRow key={key.id} of={key} onChanged={onChanged} />
      ))}
    </ul>
  );
}
