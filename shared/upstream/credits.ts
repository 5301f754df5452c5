/**
 * An account's credits, read: the balance and what a claim of the daily gift brought. Loose: one kind of credit that
 * is missing counts as none of it. Pure.
 */
import * as z from "zod";

export type Balance = {
  /** Given by the site, spent first, gone after some days. */
  gift: number;
  purchase: number;
  /**
   * Of a subscription. International plans and their credits a month (public price page, 2026-09-25): Basic 15 USD, 1,575;
   * Standard 36, 3,885; Advanced 79 to 320, 8,645 to 35,500; Super and Ultra up to 520, 59,000.
   */
  vip: number;
  total: number;
  /** What runs out when, the soonest first. Moments in Unix milliseconds. */
  expiring: { amount: number; at: number }[];
};

export type Claim = {
  /** Zero: today's gift was taken before. */
  received: number;
  /** The balance after it, where the upstream says so. */
  total: number | null;
};

const amount = z.coerce.number().transform(Math.round).catch(0);
const maybeAmount = z.coerce.number().transform(Math.round).nullish().catch(null);

const balanceSchema = z.object({
  credit: z
    .object({ gift_credit: maybeAmount, purchase_credit: maybeAmount, vip_credit: maybeAmount })
    // None at all is another form of answer, not an empty purse.
    .refine((credit) => Object.values(credit).some((kind) => typeof kind === "number")),
  expiring_credits: z
    .array(z.object({ credit_amount: amount, expire_time: amount }))
    .nullish()
    .catch(null),
});

/** `user_credit`, as in traffic logs (China 2026-01) and clients of both sites. @returns null when it is no balance. */
export function readBalance(data: unknown): Balance | null {
  const parsed = balanceSchema.safeParse(data);
  if (!parsed.success) return null;
  const { credit, expiring_credits } = parsed.data;
  const [gift, purchase, vip] = [credit.gift_credit ?? 0, credit.purchase_credit ?? 0, credit.vip_credit ?? 0];
  const expiring = (expiring_credits ?? [])
    .filter(({ credit_amount, expire_time }) => credit_amount > 0 && expire_time > 0)
    .map(({ credit_amount, expire_time }) => ({ amount: credit_amount, at: expire_time * 1000 }))
    .sort((one, other) => one.at - other.at);
  return { gift, purchase, vip, total: gift + purchase + vip, expiring };
}

/** Without the amount it is unknown whether the credits came. */
const claimSchema = z.object({
  receive_quota: z.coerce.number().transform(Math.round),
  cur_total_credits: maybeAmount,
});

/**
 * `credit_receive`. Its `is_first_receive` is about the account's first claim ever (seen false beside a gift of 60), so
 * only the amount tells whether today's gift came with this call. @returns null when it is no claim.
 */
export function readClaim(data: unknown): Claim | null {
  const parsed = claimSchema.safeParse(data);
  if (!parsed.success) return null;
  return { received: Math.max(0, parsed.data.receive_quota), total: parsed.data.cur_total_credits ?? null };
}
