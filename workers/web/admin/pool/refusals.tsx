/** Why a credential was refused, by a site or cloud, and what helps. */
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { Moment } from "#web/admin/parts/moment.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";

type Refusal = NonNullable<PoolCredential["last_refusal"]>;

export function Refusals({ of: credential }: { of: PoolCredential }) {
  const t = messages(adminPoolMessages);
  const { last_refusal: last, check_error: ofCheck } = credential;
  return (
    <>
      <OneRefusal title={t.lastRefusal} refusal={last} />
      {/* What a check found is the last refusal of a dead one, too. */}
      <OneRefusal title={t.checkFault} refusal={ofCheck?.code === last?.code ? null : ofCheck} />
      <OneRefusal title={t.giftFault} refusal={credential.gift?.error ?? null} />
    </>
  );
}

function OneRefusal({ title, refusal }: { title: string; refusal: Refusal | null }) {
  const { comma, colon, remedy } = messages(adminMessages);
  if (refusal === null) return null;
  return (
    <div class="refusal">
      <p>
        <strong>{title}</strong>
        {comma}
        <Moment at={refusal.at} />
        {colon}
        {sentenceFor(refusal.code)} <code title={refusal.message}>{refusal.code}</code>
      </p>
      <p class="note">{remedy(refusal.hint)}</p>
    </div>
  );
}
