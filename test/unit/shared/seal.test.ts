import { describe, expect, it, vi } from "vitest";
import { sealFor } from "#shared/seal.ts";

const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const otherKey = "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8";
const secret = "hk-0123456789abcdef0123456789abcdef";

describe("a sealed text", () => {
  it.each(["", "a", secret, "狐 🦊", "x".repeat(10_000)])(
    "a sealed text opens as the text it was sealed from",
    async (text) => {
      const seal = await sealFor({ SECRET_KEY: key });
      expect(await seal.open(await seal.seal(text, "session:a"), "session:a")).toBe(text);
    },
  );

  it("a sealed text opens with another seal of the same key, with or without base64 padding", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    expect(await (await sealFor({ SECRET_KEY: `${key}=` })).open(sealed, "c")).toBe(secret);
  });

  it("a sealed text differs each time and does not contain the text", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const [one, other] = [await seal.seal(secret, "c"), await seal.seal(secret, "c")];
    expect(one).not.toBe(other);
    expect(one).not.toContain(secret);
    expect(atob(one.split(".")[2]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain("0123456789abcdef");
  });

  it("a sealed text does not open for another context", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    await expect(seal.open(await seal.seal(secret, "session:a"), "session:b")).rejects.toThrow();
  });

  it("a sealed text does not open with another key", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    await expect((await sealFor({ SECRET_KEY: otherKey })).open(sealed, "c")).rejects.toThrow();
  });

  it("a sealed text does not open when one of its characters is changed", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const sealed = await seal.seal(secret, "c");
    for (const place of [4, sealed.indexOf(".", 4) + 3]) {
      const changed = sealed.slice(0, place) + (sealed[place] === "A" ? "B" : "A") + sealed.slice(place + 1);
      await expect(seal.open(changed, "c"), changed).rejects.toThrow();
    }
  });

  it("a text sealed with the previous key opens, and new texts are sealed with the present key", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    const during = await sealFor({ SECRET_KEY: otherKey, PREVIOUS_SECRET_KEY: key });
    expect(await during.open(sealed, "c")).toBe(secret);
    const after = await sealFor({ SECRET_KEY: otherKey });
    expect(await after.open(await during.seal(secret, "c"), "c")).toBe(secret);
  });

  it.each(["", "v1", "v1.AAAA", "v2.AAAA.BBBB", secret])("%j is not a sealed text", async (text) => {
    const seal = await sealFor({ SECRET_KEY: key });
    await expect(seal.open(text, "c")).rejects.toThrow("not a sealed text");
  });
});

describe("a text sealed under a caller's secret", () => {
  const under = async (bend: { SECRET_KEY?: string; PREVIOUS_SECRET_KEY?: string } = {}) =>
    sealFor({ SECRET_KEY: key, ...bend });

  it("a text sealed under a secret opens with the same secret, key and context", async () => {
    const sealed = await (await under()).sealUnder(secret, "a fox 狐", "c");
    expect(await (await under()).openUnder(secret, sealed, "c")).toBe("a fox 狐");
    expect(sealed).not.toContain("fox");
  });

  it("a text sealed under a secret opens with no other secret, no other key, no other context", async () => {
    const sealed = await (await under()).sealUnder(secret, "a fox", "c");
    await expect((await under()).openUnder(`${secret}x`, sealed, "c")).rejects.toThrow();
    await expect((await under({ SECRET_KEY: otherKey })).openUnder(secret, sealed, "c")).rejects.toThrow();
    await expect((await under()).openUnder(secret, sealed, "d")).rejects.toThrow();
  });

  it("a text sealed under a secret does not open with the server's key alone, nor the other way round", async () => {
    const seal = await under();
    await expect(seal.open(await seal.sealUnder(secret, "a fox", "c"), "c")).rejects.toThrow();
    await expect(seal.openUnder(secret, await seal.seal("a fox", "c"), "c")).rejects.toThrow();
  });

  it("a text sealed under a secret with the previous key opens while that key is set", async () => {
    const sealed = await (await under()).sealUnder(secret, "a fox", "c");
    const during = await under({ SECRET_KEY: otherKey, PREVIOUS_SECRET_KEY: key });
    expect(await during.openUnder(secret, sealed, "c")).toBe("a fox");
  });
});

describe("a tag", () => {
  it("a tag is 24 file-name characters, the same each time for the same key and text", async () => {
    const tag = await (await sealFor({ SECRET_KEY: key })).tag("session", secret);
    expect(tag).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(await (await sealFor({ SECRET_KEY: `${key}=` })).tag("session", secret)).toBe(tag);
  });

  it("a tag has the previous key's tag beside it while a previous key is set", async () => {
    const [old, present] = [await sealFor({ SECRET_KEY: key }), await sealFor({ SECRET_KEY: otherKey })];
    const during = await sealFor({ SECRET_KEY: otherKey, PREVIOUS_SECRET_KEY: key });
    expect(await during.tags("owner", "a")).toEqual([await present.tag("owner", "a"), await old.tag("owner", "a")]);
    expect(await during.tag("owner", "a")).toBe(await present.tag("owner", "a"));
    expect(await present.tags("owner", "a")).toEqual([await present.tag("owner", "a")]);
  });

  it("a tag's value never changes: owners and stored tasks are named by it", async () => {
    expect(await (await sealFor({ SECRET_KEY: key })).tag("owner", "a,b")).toBe("HrgeTrh1qRvqxnyNhz_sHGKo");
  });

  it("a tag differs by context, text and key, so that tags cannot be matched with each other", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const tags = [
      await seal.tag("session", secret),
      await seal.tag("owner", secret),
      await seal.tag("session", `${secret} `),
      await (await sealFor({ SECRET_KEY: otherKey })).tag("session", secret),
    ];
    expect(new Set(tags).size).toBe(4);
  });

  it("a tag is hashed once, and again once two thousand others were needed since", async () => {
    const seal = await sealFor({ SECRET_KEY: otherKey.toLowerCase() });
    const sign = vi.spyOn(crypto.subtle, "sign");
    const first = await seal.tag("session", "first");
    for (let other = 1; other < 2_000; other += 1) await seal.tag("session", `other ${other}`);
    expect(await seal.tag("session", "first")).toBe(first);
    expect(sign).toHaveBeenCalledTimes(2_000);

    for (let other = 0; other < 2_000; other += 1) await seal.tag("owner", `other ${other}`);
    expect(await seal.tag("session", "first")).toBe(first);
    expect(sign).toHaveBeenCalledTimes(4_001);
    sign.mockRestore();
  });

  it("the tag of an empty text has 24 characters as well", async () => {
    expect(await (await sealFor({ SECRET_KEY: key })).tag("", "")).toHaveLength(24);
  });
});
