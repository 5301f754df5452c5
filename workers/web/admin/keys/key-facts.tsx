/** What a key has used, and what it may. */
import type { Key } from "#shared/wire/keys.ts";
import { momentOf } from "#web/admin/moment-of.ts";
import type { Fact } from "#web/admin/parts/facts.tsx";
import { Moment } from "#web/admin/parts/moment.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages, number } from "#web/messages/index.ts";

export function factsOf({ usage, limits, expires_at: expiresAt }: Key): Fact[] {
  const t = messages(adminKeyMessages);
  return [
    { name: t.today, value: used(usage.today, limits.images_per_day) },
    { name: t.month, value: used(usage.this_month, limits.images_per_month) },
    { name: t.reserved, value: number(usage.reserved) },
    { name: t.underWay, value: used(usage.under_way, limits.at_once) },
    expiresAt === null
      ? { name: t.expires, value: t.never }
      : { name: t.expires, value: <Moment at={expiresAt} />, title: momentOf(expiresAt) },
    {
      name: t.models,
      value: limits.models === null ? t.all : number(limits.models.length),
      ...(limits.models !== null && { title: limits.models.join(", ") }),
    },
    ...(limits.batches ? [] : [{ name: t.ofBatches, value: t.noBatches }]),
  ];
}

const used = (count: number, limit: number | null): string =>
  limit === null ? number(count) : messages(adminMessages).of(count, limit);
