import { expect, it } from "vitest";
import { clouds } from "#shared/upstreams/ark/clouds.ts";
import { cloudOf, formatKey, maskKey, parseKey, readKey } from "#shared/upstreams/ark/key.ts";

const secret = "ark-1a2b3c4d-1111-4aaa-9bbb-00000000c3f9-abcde";

it.each(["cn", "ap", "eu"])("a key of %s keeps its value from text to credential and back", (place) => {
  const credential = { upstream: "ark" as const, place, secret };
  expect(formatKey(credential)).toBe(`ark-${place}-${secret}`);
  expect(parseKey(formatKey(credential))).toEqual(credential);
  expect(cloudOf(credential)).toBe(place);
});

it("a text that is no key has no credential", () => {
  expect([parseKey(secret), parseKey("us-0123")]).toEqual([null, null]);
  expect(readKey("us-0123")).toBeNull();
  expect(readKey(secret)).toEqual({ ok: false, error: expect.stringContaining("without its cloud") });
});

it("a masked key shows its cloud and its last four characters, of a short one the cloud only", () => {
  expect(maskKey({ upstream: "ark", place: "ap", secret: `${"a".repeat(12)}c3f9` })).toBe("ark-ap-…c3f9");
  expect(maskKey({ upstream: "ark", place: "ap", secret: `${"a".repeat(11)}c3f9` })).toBe("ark-ap-…");
});

it("a credential of another upstream or place has no cloud", () => {
  expect(() => cloudOf({ upstream: "dreamina", place: "cn", secret })).toThrow("no Ark cloud");
  expect(() => cloudOf({ upstream: "ark", place: "us", secret })).toThrow("no Ark cloud");
});

it("every cloud has a host of its own", () => {
  expect(Object.values(clouds).map(({ host }) => host)).toEqual([
    "ark.cn-beijing.volces.com",
    "ark.ap-southeast.bytepluses.com",
    "ark.eu-west.bytepluses.com",
  ]);
});
