/** The list of the pool, or that it is empty. */
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { Empty } from "#web/admin/parts/empty.tsx";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { CredentialRow } from "./credential-row.tsx";
import type { Pool } from "./pages.ts";

type CredentialsProps = {
  pool: Pool;
  onChanged: (credential: PoolCredential) => void;
  onRemoved: () => Promise<void>;
};

export function Credentials({ pool, onChanged, onRemoved }: CredentialsProps) {
  const t = messages(adminPoolMessages);
  if (pool.entries.length === 0) return <Empty text={t.empty} hint={t.emptyHint} />;
  return (
    <ul class="rows">
      {pool.entries.map((one) => (
        <CredentialRow key={one.id} of={one} onChanged={onChanged} onRemoved={onRemoved} />
      ))}
    </ul>
  );
}
