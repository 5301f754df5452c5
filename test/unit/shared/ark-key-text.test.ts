import { describe, expect, it } from "vitest";
import { type ArkKeyFault, arkClouds, arkKeyFaultText, isArkKey, readArkKey } from "#shared/ark-key-text.ts";

const uuid = "1a2b3c4d-1111-4aaa-9bbb-00000000c3f9";
const native = `ark-${uuid}-abcde`;

describe("an Ark key", () => {
  it.each(arkClouds)("a key is written with its cloud in front: ark-%s-", (cloud) => {
    expect(readArkKey(`ark-${cloud}-${uuid}`)).toEqual({ ok: true, value: { cloud, key: uuid } });
    expect(readArkKey(`ark-${cloud}-${native}`)).toEqual({ ok: true, value: { cloud, key: native } });
  });

  it.each([
    ["with its prefix in capitals", `ARK-AP-${uuid}`],
    ["after Bearer", `Bearer ark-ap-${uuid}`],
    ["after the header's name", `Authorization: Bearer ark-ap-${uuid}`],
    ["in quotes", `"ark-ap-${uuid}"`],
    ["in angle brackets", `<ark-ap-${uuid}>`],
    ["with blanks and invisible signs around it", `\ufeff  ark-ap-${uuid}\r\n`],
  ])("a key is read %s", (_how, text) => {
    expect(readArkKey(text)).toEqual({ ok: true, value: { cloud: "ap", key: uuid } });
    expect(isArkKey(text)).toBe(true);
  });

  it("the letters of a key keep their case", () => {
    expect(readArkKey("ark-cn-AbCdEfGhIjKlMnOpQrSt")).toMatchObject({ value: { key: "AbCdEfGhIjKlMnOpQrSt" } });
  });

  it.each([20, 128])("a key may have %i characters", (length) => {
    expect(readArkKey(`ark-cn-${"a".repeat(length)}`)).toMatchObject({ ok: true });
  });
});

describe("a text that is no key", () => {
  it.each<[string, ArkKeyFault["kind"]]>([
    [native, "no_cloud"],
    [native.toUpperCase(), "no_cloud"],
    [uuid, "no_cloud"],
    [uuid.toUpperCase(), "no_cloud"],
    ["ark-deadbeef-1111-4aaa-9bbb-00000000c3f9-abcde", "no_cloud"],
    [`ark-us-${uuid}`, "unknown_cloud"],
    [`ARK-SG-${uuid}`, "unknown_cloud"],
    [`ark-cn-${"a".repeat(19)}`, "not_a_key"],
    [`ark-cn-${"a".repeat(129)}`, "not_a_key"],
    [`ark-cn-${"a".repeat(5_000)}`, "not_a_key"],
    ["ark-cn-", "not_a_key"],
    [`ark-cn-${uuid}é`, "not_a_key"],
    [`ark-cn-${uuid}, ark-ap-${uuid}`, "not_a_key"],
    [`ark-cn-ark-ap-${uuid}`, "not_a_key"],
    [`ark-china-${uuid}`, "not_a_key"],
    ["ark-", "not_a_key"],
  ])("the fault of %s is %s", (text, kind) => {
    const read = readArkKey(text);
    expect(read).toMatchObject({ ok: false, error: { kind } });
  });

  it.each([
    "",
    "us-0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    "sk-abc",
    "sessionid=a",
    "arkansas",
  ])("a text that is nothing like a key is left to others: %s", (text) => {
    expect(readArkKey(text)).toBeNull();
    expect(isArkKey(text)).toBe(false);
  });

  it("only a text with a cloud's spelling counts as a key among cookies", () => {
    expect(["ark-eu-short", native, uuid, `ark-us-${uuid}`].map(isArkKey)).toEqual([true, false, false, false]);
  });

  it("a fault names the three spellings and nothing of the key", () => {
    for (const text of [native, uuid, `ark-us-${uuid}`, `ark-cn-${uuid}é`, `ark-china-${uuid}`]) {
      const read = readArkKey(text);
      if (read === null || read.ok) throw new Error("no fault");
      const shown = arkKeyFaultText(read.error) + JSON.stringify(read.error);
      expect(shown).toMatch(/ark-cn-… .* ark-ap-… or ark-eu-… /);
      expect(shown).not.toMatch(/1a2b|c3f9|china/);
    }
    expect(arkKeyFaultText({ kind: "unknown_cloud", cloud: "us" })).toContain("ark-us-");
    expect(arkKeyFaultText({ kind: "no_cloud" })).toContain("never tried on several clouds");
  });
});
