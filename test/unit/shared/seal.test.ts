import { describe, expect, it } from "vitest";
import { sealFor } from "../../../shared/seal.ts";

const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const otherKey = "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8";
const secret = "hk-0123456789abcdef0123456789abcdef";

describe("a sealed text", () => {
  it.each(["", "a", secret, "狐 🦊", "x".repeat(10_000)])("opens as it was", async (text) => {
    const seal = await sealFor({ SECRET_KEY: key });
    expect(await seal.open(await seal.seal(text, "session:a"), "session:a")).toBe(text);
  });

  it("opens with another seal of the same key, in base64 as in base64url", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    expect(await (await sealFor({ SECRET_KEY: `${key}=` })).open(sealed, "c")).toBe(secret);
  });

  it("says nothing of the text and is different each time", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const [one, other] = [await seal.seal(secret, "c"), await seal.seal(secret, "c")];
    expect(one).not.toBe(other);
    expect(one).not.toContain(secret);
    expect(atob(one.split(".")[2]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")).not.toContain("0123456789abcdef");
  });

  it("does not open for another purpose", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    await expect(seal.open(await seal.seal(secret, "session:a"), "session:b")).rejects.toThrow();
  });

  it("does not open with another key", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    await expect((await sealFor({ SECRET_KEY: otherKey })).open(sealed, "c")).rejects.toThrow();
  });

  it("does not open when a character of it was changed", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const sealed = await seal.seal(secret, "c");
    for (const place of [4, sealed.indexOf(".", 4) + 3]) {
      const changed = sealed.slice(0, place) + (sealed[place] === "A" ? "B" : "A") + sealed.slice(place + 1);
      await expect(seal.open(changed, "c"), changed).rejects.toThrow();
    }
  });

  it("still opens while its key is the previous one, and no longer", async () => {
    const sealed = await (await sealFor({ SECRET_KEY: key })).seal(secret, "c");
    const during = await sealFor({ SECRET_KEY: otherKey, PREVIOUS_SECRET_KEY: key });
    expect(await during.open(sealed, "c")).toBe(secret);
    const after = await sealFor({ SECRET_KEY: otherKey });
    expect(await after.open(await during.seal(secret, "c"), "c")).toBe(secret);
  });

  it.each(["", "v1", "v1.AAAA", "v2.AAAA.BBBB", secret])("%j is none", async (text) => {
    const seal = await sealFor({ SECRET_KEY: key });
    await expect(seal.open(text, "c")).rejects.toThrow("not a sealed text");
  });
});

describe("a tag", () => {
  it("is the same each time, for 24 characters of a file name's", async () => {
    const tag = await (await sealFor({ SECRET_KEY: key })).tag("session", secret);
    expect(tag).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(await (await sealFor({ SECRET_KEY: `${key}=` })).tag("session", secret)).toBe(tag);
  });

  it("comes with the one of the previous key, while there is one", async () => {
    const [old, present] = [await sealFor({ SECRET_KEY: key }), await sealFor({ SECRET_KEY: otherKey })];
    const during = await sealFor({ SECRET_KEY: otherKey, PREVIOUS_SECRET_KEY: key });
    expect(await during.tags("owner", "a")).toEqual([await present.tag("owner", "a"), await old.tag("owner", "a")]);
    expect(await during.tag("owner", "a")).toBe(await present.tag("owner", "a"));
    expect(await present.tags("owner", "a")).toEqual([await present.tag("owner", "a")]);
  });

  it("stays what it is: owners and stored tasks are named by it", async () => {
    expect(await (await sealFor({ SECRET_KEY: key })).tag("owner", "a,b")).toBe("HrgeTrh1qRvqxnyNhz_sHGKo");
  });

  it("differs by purpose, text and key, so that tags cannot be matched with each other", async () => {
    const seal = await sealFor({ SECRET_KEY: key });
    const tags = [
      await seal.tag("session", secret),
      await seal.tag("owner", secret),
      await seal.tag("session", `${secret} `),
      await (await sealFor({ SECRET_KEY: otherKey })).tag("session", secret),
    ];
    expect(new Set(tags).size).toBe(4);
  });

  it("of nothing is a tag", async () => {
    expect(await (await sealFor({ SECRET_KEY: key })).tag("", "")).toHaveLength(24);
  });
});
