import { describe, expect, it } from "vitest";
import type { Key } from "#shared/wire/keys.ts";
import { bodyOf, faultOf, fieldsOf } from "#web/admin/keys/key-fields.ts";

const key: Key = {
  id: "key_1",
  object: "key",
  name: "newsletter bot",
  masked: "sk-…Ab3x",
  created_at: 1764374400,
  expires_at: 1798000000,
  is_expired: false,
  limits: { images_per_day: 100, images_per_month: null, at_once: 2, models: ["dreamina-4.5"], batches: false },
  usage: { today: 1, this_month: 2, reserved: 0, under_way: 0, day_resets_at: 0, month_resets_at: 0 },
};
const noon = new Date(2026, 10, 29, 12).getTime();
const named = { ...fieldsOf(null), name: "bot" };

describe("the form of a key", () => {
  it("a new key has no limits, does not expire and may make batches", () => {
    expect(bodyOf(named, null)).toEqual({
      name: "bot",
      expires_at: null,
      limits: { images_per_day: null, images_per_month: null, at_once: null, models: null, batches: true },
    });
  });

  it.each([
    ["nothing", {}, { limits: {} }],
    ["the name", { name: "other bot" }, { name: "other bot", limits: {} }],
    ["a limit", { perDay: "50" }, { limits: { images_per_day: 50 } }],
    ["a limit that is taken away", { atOnce: "" }, { limits: { at_once: null } }],
    ["the models", { isSome: false }, { limits: { models: null } }],
    ["batches", { batches: true }, { limits: { batches: true } }],
    ["models in another order", { models: ["dreamina-4.5", "dreamina-3.0"] }, { limits: {} }],
  ])("only what differs is sent of a key: %s", (_title, change, body) => {
    const limits = { ...key.limits, models: ["dreamina-3.0", "dreamina-4.5"] };
    const before = { ...key, limits };
    expect(bodyOf({ ...fieldsOf(before), ...change }, before)).toEqual(body);
  });

  it("a key expires when its last day ends where the administrator is", () => {
    const { expires_at: at } = bodyOf({ ...named, lastDay: "2026-12-24" }, null);
    const end = new Date((at ?? 0) * 1000);
    expect([end.getFullYear(), end.getMonth(), end.getDate()]).toEqual([2026, 11, 24]);
    expect([end.getHours(), end.getMinutes(), end.getSeconds()]).toEqual([23, 59, 59]);
  });

  it("a day that is taken away makes a key that does not expire", () => {
    expect(bodyOf({ ...fieldsOf(key), lastDay: "" }, key)).toMatchObject({ expires_at: null });
  });

  it.each([
    ["a name is missing", { name: "  " }, "name"],
    ["a name is too long", { name: "x".repeat(101) }, "name"],
    ["a key would expire in the past", { lastDay: "2026-11-28" }, "expiry"],
    ["a key would expire in the far future", { lastDay: "2100-12-24" }, "expiry"],
    ["the year of an expiry has five digits", { lastDay: "12026-12-24" }, "expiry"],
    ["a key expires today", { lastDay: "2026-11-29" }, null],
    ["a limit is no number", { perDay: "many" }, "limit"],
    ["a limit is 0", { perMonth: "0" }, "limit"],
    ["a limit is a part of one", { atOnce: "1.5" }, "limit"],
    ["no model is chosen", { isSome: true }, "models"],
    ["a limit has spaces around it", { perDay: " 10 " }, null],
    ["nothing else is filled in", {}, null],
  ] as const)("the fault is found when %s", (_title, change, fault) => {
    expect(faultOf({ ...named, ...change }, null, noon)).toBe(fault);
  });

  it("an expired key can be changed otherwise", () => {
    const expired = { ...key, expires_at: 1_764_374_400, is_expired: true };
    expect(faultOf({ ...fieldsOf(expired), name: "other bot" }, expired, noon)).toBe(null);
  });

  it("models that were chosen do not count while all may be used", () => {
    const fields = { ...fieldsOf(key), isSome: false };
    expect(faultOf(fields, key, noon)).toBe(null);
    expect(bodyOf(fields, key).limits.models).toBe(null);
  });
});
