import { describe, expect, it } from "vitest";
import { formatSession, maskSession, parseSession, readSession } from "#shared/upstreams/dreamina/session.ts";
import { aSession } from "#test/support/upstream.ts";

const hex = "0123456789abcdef0123456789abcdef";

describe("a session as people write it", () => {
  it.each([
    [hex, "cn"],
    [`cn-${hex}`, "cn"],
    [`us:${hex}`, "us"],
    [`hk-hk-${hex}`, "hk"],
    [`a=b; sessionid=${hex}`, "cn"],
  ] as const)("the session %s belongs to %s", (text, region) => {
    expect(readSession(text)).toEqual({ ok: true, value: { region, sessionId: hex } });
  });

  it.each([hex, `us-${hex}`, `HK-${hex}`, ` sg-${hex}`, "demo-cn", "us-demo-us-full", "jp-AbCdEf"])(
    "the session %s that was always taken is the same session as ever",
    (text) => {
      const read = readSession(text);
      const before = parseSession(text);
      expect(read.ok && formatSession(read.value)).toBe(before && formatSession(before));
    },
  );

  it("a session of an unknown region is refused, not taken for a Chinese one", () => {
    expect(readSession(`fr-${hex}`)).toEqual({ ok: false, error: { kind: "unknown_prefix", prefix: "fr" } });
  });
});

describe("a credential as it is stored", () => {
  it.each([
    [hex, "cn"],
    [`us-${hex}`, "us"],
    [`hk-${hex}`, "hk"],
    [`jp-${hex}`, "jp"],
    [`sg-${hex}`, "sg"],
    [`HK-${hex}`, "hk"],
    [`Us-${hex}`, "us"],
    [`  sg-${hex}\t`, "sg"],
  ])("the credential %s belongs to %s", (text, region) => {
    expect(parseSession(text)).toEqual({ region, sessionId: hex });
  });

  it("a credential keeps the session id as it is", () => {
    expect(parseSession("US-AbCdEf")).toEqual({ region: "us", sessionId: "AbCdEf" });
  });

  it("a credential loses one prefix only", () => {
    expect(parseSession("us-us-abcd")).toEqual({ region: "us", sessionId: "us-abcd" });
  });

  it("a credential of a version that kept unknown prefixes in the id is still read", () => {
    expect(parseSession(`fr-${hex}`)).toEqual({ region: "cn", sessionId: `fr-${hex}` });
  });

  it.each([
    ["nothing", ""],
    ["spaces", "   "],
    ["a bare prefix", "us-"],
    ["too little", "abc"],
    ["too much", "a".repeat(513)],
    ["a space inside", "abcd efgh"],
    ["a line break inside", "abcd\nefgh"],
    ["a second cookie", "abcd;sessionid=efgh"],
    ["a comma", "abcd,efgh"],
    ["a quote", '"abcdefgh"'],
    ["a backslash", "abcd\\efgh"],
    ["a percent sign", "abcd%7Cefgh"],
    ["a letter no header may hold", "abcdéfgh"],
    ["a control character", "abcd\u0000efgh"],
  ])("a credential with %s is no session", (_what, text) => {
    expect(parseSession(text)).toBeNull();
  });

  it.each([hex, `us-${hex}`, `hk-${hex}`, `jp-${hex}`, `sg-${hex}`])(
    "the credential %s is written as it was read",
    (text) => {
      const session = parseSession(text);
      expect(session && formatSession(session)).toBe(text);
    },
  );

  it("a credential in another spelling is the same session", () => {
    const [one, other] = [parseSession(` HK-${hex}`), parseSession(`hk-${hex} `)];
    expect(one && formatSession(one)).toBe(other && formatSession(other));
  });
});

describe("a masked session", () => {
  it("a masked session shows its region and its last four characters", () => {
    expect(maskSession(aSession({ region: "hk" }))).toBe("hk-…cdef");
  });

  it("a masked session of the Chinese site has no prefix", () => {
    expect(maskSession(aSession({ region: "cn" }))).toBe("…cdef");
  });

  it("a short masked session shows nothing of its id", () => {
    expect(maskSession(aSession({ region: "us", sessionId: "abcdefghijklmno" }))).toBe("us-…");
  });
});
