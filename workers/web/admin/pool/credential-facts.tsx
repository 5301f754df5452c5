/** The known facts of a credential, in short. */
import type { PoolCredential } from "#shared/wire/credentials.ts";
import type { Fact } from "#web/admin/parts/facts.tsx";
import { Moment } from "#web/admin/parts/moment.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages, number } from "#web/messages/index.ts";

export function credentialFacts(credential: PoolCredential): Fact[] {
  const t = messages(adminPoolMessages);
  const { running, slots, weight, credits, upstream } = credential;
  return [
    { name: t.running, value: t.slots(running.length, slots) },
    { name: t.weight, value: number(weight) },
    ...(upstream === "ark"
      ? []
      : [
          credits === null
            ? { name: t.balance, value: t.noBalance }
            : {
                name: t.balance,
                value: t.credits(credits.total),
                title: t.creditParts(credits.gift, credits.purchase, credits.vip),
              },
        ]),
    { name: t.checked, value: <LastCheck of={credential} /> },
    ...(upstream === "ark" ? [] : [{ name: t.gift, value: <LastGift of={credential} /> }]),
  ];
}

function LastCheck({ of: { checked_at: at, alive } }: { of: PoolCredential }) {
  const t = messages(adminPoolMessages);
  if (at === null) return t.neverChecked;
  return (
    <>
      <Moment at={at} />
      {messages(adminMessages).comma}
      {alive === null ? t.notKnown : alive ? t.alive : t.notAlive}
    </>
  );
}

function LastGift({ of: { gift } }: { of: PoolCredential }) {
  const t = messages(adminPoolMessages);
  if (gift === null) return t.noGift;
  return (
    <>
      {gift.error === null ? t.received(gift.received) : t.notReceived}
      {messages(adminMessages).comma}
      <Moment at={gift.at} />
    </>
  );
}
