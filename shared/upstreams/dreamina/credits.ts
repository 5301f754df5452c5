/**
 * Parses an account's credits: the balance, and the result of a claim of the daily credits. A missing kind of credit
 * counts as 0. Pure.
 */
import * as z from "zod";

export type Balance = {
  /** Given by the site, spent first; they expire after some days. */
  gift: number;
  purchase: number;
  /**
   * From a subscription. International plans and their monthly credits (public price page, 2026-09-25): Basic 15 USD,
   * 1,575; Standard 36, 3,885; Advanced 79 to 320, 8,645 to 35,500; Super and Ultra up to 520, 59,000.
   */
  vip: number;
  total: number;
  /** Credits that expire, the soonest first. Moments in Unix milliseconds. */
  expiring: { amount: number; at: number }[];
};

export type Claim = {
  /** 0: today's gift was claimed before. */
  received: number;
  /** The balance afterwards; null when the answer does not name it. */
  total: number | null;
};

const amount = z.coerce.number().transform(Math.round).catch(0);
const maybeAmount = z.coerce.number().transform(Math.round).nullish().catch(null);

const balanceSchema = z.object({
  credit: z
    .object({ gift_credit: maybeAmount, purchase_credit: maybeAmount, vip_credit: maybeAmount })
    // An answer without any kind is of another form, not an empty balance.
    .refine((credit) => Object.values(credit).some((kind) => typeof kind === "number")),
  expiring_credits: z
    .array(z.object({ credit_amount: amount, expire_time: amount }))
    .nullish()
    .catch(null),
});

/**
 * Parses `user_credit`, as in traffic logs (China 2026-01) and clients of both sites. @returns null for another form.
 */
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

/** The amount is required: without it the outcome is unknown. */
const claimSchema = z.object({
  receive_quota: z.coerce.number().transform(Math.round),
  cur_total_credits: maybeAmount,
});

/**
 * Parses `credit_receive`. Only the amount shows whether this call claimed today's gift: `is_first_receive` is about
 * the account's first claim ever (seen false beside a gift of 60). @returns null for another form.
 */
export function readClaim(data: unknown): Claim | null {
  const parsed = claimSchema.safeParse(data);
  if (!parsed.success) return null;
  return { received: Math.max(0, parsed.data.receive_quota), total: parsed.data.cur_total_credits ?? null };
}
