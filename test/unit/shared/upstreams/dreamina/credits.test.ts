import { describe, expect, it } from "vitest";
import { readBalance, readClaim } from "#shared/upstreams/dreamina/credits.ts";

/** As in a traffic log of the Chinese site (2026-01). */
const aBalance = (bend: Record<string, unknown> = {}) => ({
  credit: { vip_credit: 0, gift_credit: 16, purchase_credit: 0 },
  expiring_credits: [{ credit_amount: 16, expire_time: 1_768_147_199 }],
  credits_detail: { gift_credits: [{ residual_credits: 16, credits_life_end: 1_768_147_199 }] },
  ...bend,
});

describe("a balance", () => {
  it("a balance is read with its moments in milliseconds", () => {
    expect(readBalance(aBalance())).toEqual({
      gift: 16,
      purchase: 0,
      vip: 0,
      total: 16,
      expiring: [{ amount: 16, at: 1_768_147_199_000 }],
    });
  });

  it("a balance's total is the sum of all kinds of credit", () => {
    const credit = { vip_credit: "1575", gift_credit: 60, purchase_credit: 5 };
    expect(readBalance(aBalance({ credit }))).toMatchObject({ gift: 60, purchase: 5, vip: 1575, total: 1640 });
  });

  it("a balance of nothing is zero, not unknown", () => {
    const credit = { vip_credit: 0, gift_credit: 0, purchase_credit: 0 };
    expect(readBalance(aBalance({ credit, expiring_credits: [] }))).toMatchObject({ total: 0, expiring: [] });
  });

  it("a balance without a kind of credit has 0 of it", () => {
    expect(readBalance({ credit: { gift_credit: 3 } })).toMatchObject({ gift: 3, purchase: 0, vip: 0, total: 3 });
  });

  it("a balance lists the credits that expire soonest first and skips empty entries", () => {
    const expiring_credits = [
      { credit_amount: 5, expire_time: 300 },
      { credit_amount: 0, expire_time: 100 },
      { credit_amount: 7, expire_time: 200 },
      { credit_amount: 9, expire_time: 0 },
    ];
    expect(readBalance(aBalance({ expiring_credits }))?.expiring).toEqual([
      { amount: 7, at: 200_000 },
      { amount: 5, at: 300_000 },
    ]);
  });

  it.each([7, "soon", null, [7]])("a balance with %j as its list of expiring credits still reads", (odd) => {
    expect(readBalance(aBalance({ expiring_credits: odd }))).toMatchObject({ total: 16, expiring: [] });
  });

  it.each([null, undefined, "text", 7, [], {}, { credit: null }, { credit: 16 }, { credit: {} }])(
    "%j is not a balance",
    (data) => {
      expect(readBalance(data)).toBeNull();
    },
  );
});

describe("a claim", () => {
  it("a claim reads the credits received and the balance after it", () => {
    const data = { cur_total_credits: 66, receive_quota: 66, is_first_receive: true, receive_inter_days: 1 };
    expect(readClaim(data)).toEqual({ received: 66, total: 66 });
  });

  it("a claim of an account that claimed on other days counts as well", () => {
    const data = { is_first_receive: false, receive_quota: 60, has_popup: true, cur_total_credits: 3584 };
    expect(readClaim(data)).toEqual({ received: 60, total: 3584 });
  });

  it("a claim of 0 credits is read", () => {
    expect(readClaim({ receive_quota: 0, cur_total_credits: 66 })).toEqual({ received: 0, total: 66 });
    expect(readClaim({ receive_quota: 0 })).toEqual({ received: 0, total: null });
  });

  it.each([null, undefined, "text", 7, [], {}])("%j is not a claim", (data) => {
    expect(readClaim(data)).toBeNull();
  });
});
