import { describe, expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import {
  likelyRegion,
  readSessionText,
  type SessionFault,
  sessionFaultText,
  splitSessions,
} from "#shared/session-text.ts";

const hex = "0123456789abcdef0123456789abcdef";
const other = "fedcba9876543210fedcba9876543210";

it("every region of the upstream may be written as a prefix", () => {
  for (const region of regionIds) {
    expect(readSessionText(`${region}-${hex}`)).toEqual({ ok: true, value: { region, sessionId: hex } });
  }
});

describe("a session", () => {
  it.each([
    ["alone", hex, null],
    ["with a prefix", `us-${hex}`, "us"],
    ["with a prefix in capitals", `HK-${hex}`, "hk"],
    ["with the prefix that China need not have", `cn-${hex}`, "cn"],
    ["with a colon", `us:${hex}`, "us"],
    ["with an underscore", `jp_${hex}`, "jp"],
    ["with a blank", `US ${hex}`, "us"],
    ["with an equals sign", `sg=${hex}`, "sg"],
    ["with a hyphen between blanks", `us - ${hex}`, "us"],
    ["with two hyphens", `us--${hex}`, "us"],
    ["with the hyphen of a text program", `us–${hex}`, "us"],
    ["with a full-width colon", `us：${hex}`, "us"],
    ["with nothing between prefix and id", `us${hex}`, "us"],
    ["with its prefix twice", `us-us-${hex}`, "us"],
    ["with its prefix three times, in different spellings", `us:US_us-${hex}`, "us"],
    ["in quotes", `"us-${hex}"`, "us"],
    ["in quotes behind its prefix", `us-"${hex}"`, "us"],
    ["in single quotes", `'${hex}'`, null],
    ["in angle brackets, as documents write it", `us-<${hex}>`, "us"],
    ["as a list of one", `["us-${hex}"]`, "us"],
    ["with a semicolon at its end", `us-${hex};`, "us"],
    ["behind Bearer", `Bearer us-${hex}`, "us"],
    ["behind Bearer in quotes", `"Bearer us-${hex}"`, "us"],
    ["behind Bearer twice", `Bearer bearer us-${hex}`, "us"],
    ["behind the header's name", `Authorization: Bearer us-${hex}`, "us"],
    ["between a prefix and Bearer", `us-Bearer ${hex}`, "us"],
    ["with an invisible sign", `\u200bus-${hex}\ufeff`, "us"],
    ["as a cookie", `sessionid=${hex}`, null],
    ["as the other cookie", `sessionid_ss=${hex}`, null],
    ["as a cookie behind a prefix", `us-sessionid=${hex}`, "us"],
    ["as a cookie with the prefix before its value", `sessionid=us-${hex}`, "us"],
    ["as a cookie with the same prefix on both sides", `us-sessionid=us-${hex}`, "us"],
    ["as a cookie in quotes", `sessionid="${hex}"`, null],
    ["as a cookie with blanks", `sessionid = ${hex} ;`, null],
    ["as a cookie with a colon", `"sessionid": "${hex}"`, null],
    ["as JSON", `{"sessionid":"${hex}"}`, null],
    ["as a row of the developer tools", `sessionid\t${hex}\t.capcut.com\t/`, null],
    ["in a line of cookies", `sid_guard=x%7C1; sessionid=${hex}; sessionid_ss=${hex}; store-idc=sg`, null],
    ["in a line of cookies behind the header's name", `Cookie: a=b; sessionid=${hex}`, null],
    ["in a line of cookies behind a prefix", `us-_ga=GA1.2; sessionid=${hex}; c=d`, "us"],
    ["in a line of cookies without blanks", `a=b;sessionid=${hex};c=d`, null],
    ["in a line of cookies without semicolons", `a=b sessionid=${hex} c=d`, null],
    ["in a line that begins with a cookie of the site", `cc-target-idc=useast5; sessionid=${hex}`, null],
    ["in a line that begins with a cookie named like a prefix", `us_privacy=1YNN; sessionid=${hex}`, null],
    ["as it is set", `Set-Cookie: sessionid=${hex}; Path=/; HttpOnly; Secure`, null],
  ])("a session is read %s", (_how, text, region) => {
    expect(readSessionText(text)).toEqual({ ok: true, value: { region, sessionId: hex } });
  });

  it.each(["demo-cn", "demo-us-full", "abcd", "AbCdEf", "abcdefghijklmnopqr==", "one-secret", "a1b2c3d4"])(
    "a session of another form keeps every character: %s",
    (sessionId) => {
      expect(readSessionText(sessionId)).toEqual({ ok: true, value: { region: null, sessionId } });
      expect(readSessionText(`us-${sessionId}`)).toEqual({ ok: true, value: { region: "us", sessionId } });
    },
  );
});

describe("text without a session", () => {
  it.each<[string, SessionFault]>([
    [`tw-${hex}`, { kind: "unknown_prefix", prefix: "tw" }],
    [`UK-${hex}`, { kind: "unknown_prefix", prefix: "uk" }],
    [`kr:${hex}`, { kind: "unknown_prefix", prefix: "kr" }],
    [`de ${hex}`, { kind: "unknown_prefix", prefix: "de" }],
    [`fr${hex}`, { kind: "unknown_prefix", prefix: "fr" }],
    [`fr-demo-us`, { kind: "unknown_prefix", prefix: "fr" }],
    [`usa-${hex}`, { kind: "unknown_prefix", prefix: "usa" }],
    [`Taiwan:${hex}`, { kind: "unknown_prefix", prefix: "taiwan" }],
    [`us-tw-${hex}`, { kind: "unknown_prefix", prefix: "tw" }],
    [`tw-sessionid=${hex}`, { kind: "unknown_prefix", prefix: "tw" }],
    [`tw-a=b; sessionid=${hex}`, { kind: "unknown_prefix", prefix: "tw" }],
    [`us-hk-${hex}`, { kind: "two_prefixes", prefixes: ["us", "hk"] }],
    [`cn-us-${hex}`, { kind: "two_prefixes", prefixes: ["cn", "us"] }],
    [`us-sessionid=hk-${hex}`, { kind: "two_prefixes", prefixes: ["us", "hk"] }],
    [`us-a=b; sessionid=hk-${hex}`, { kind: "two_prefixes", prefixes: ["us", "hk"] }],
    [`sessionid=${hex}; sessionid_ss=${other}`, { kind: "two_sessions" }],
    [`us-${hex};sessionid=${other}`, { kind: "two_sessions" }],
    [`${hex}; sessionid=${other}`, { kind: "two_sessions" }],
    [`msToken=${hex}; ttwid=1`, { kind: "no_session_cookie" }],
    [`sid_tt=${hex}`, { kind: "no_session_cookie" }],
    ["a=b; sessionid=", { kind: "no_session_cookie" }],
    ["sessionid=", { kind: "no_session_cookie" }],
    [`us-${hex};hk-${other}`, { kind: "not_an_id" }],
    [`us-${hex} hk-${other}`, { kind: "not_an_id" }],
    [`${hex}%7C1`, { kind: "not_an_id" }],
    ["https://dreamina.capcut.com/ai-tool/home", { kind: "not_an_id" }],
    ["", { kind: "not_an_id" }],
    ["us-", { kind: "not_an_id" }],
    ["Bearer", { kind: "not_an_id" }],
    ["abc", { kind: "not_an_id" }],
    ["us-abcd efgh", { kind: "not_an_id" }],
    [`"us-${hex}`, { kind: "not_an_id" }],
    [`us-${hex}"`, { kind: "not_an_id" }],
    ['"', { kind: "not_an_id" }],
    ["us-".repeat(400) + hex, { kind: "not_an_id" }],
  ])("text that is no session is refused, with what was read: %s", (text, error) => {
    expect(readSessionText(text)).toEqual({ ok: false, error });
  });

  it.each([
    ["tw", "hk", "accounts made in that country take hk-"],
    ["uk", "sg", "accounts made in that country take sg-"],
    ["kr", "sg", "accounts made in that country take sg-"],
    ["usa", "us", "accounts made in that country take us-"],
    ["zh", "cn", "accounts of jimeng.jianying.com take none"],
    ["xq", null, "send us-, hk-, jp- or sg-"],
    ["constructor", null, "send us-, hk-, jp- or sg-"],
  ])("the fault of the unknown prefix %s names the right one: %s", (prefix, meant, advice) => {
    expect(likelyRegion(prefix)).toBe(meant);
    const sentence = sessionFaultText({ kind: "unknown_prefix", prefix });
    expect(sentence).toContain(`begins with ${prefix}-`);
    expect(sentence).toContain(advice);
  });

  it("the fault of a session that begins like an API key says so", () => {
    expect(sessionFaultText({ kind: "unknown_prefix", prefix: "sk" })).toContain("API key");
  });

  it.each([
    `tw-${hex}`,
    `usa-${hex}`,
    `us-hk-${hex}`,
    `sessionid=${hex}; sessionid_ss=${other}`,
    `a=${hex}`,
    `${hex}%7C`,
  ])("no sentence repeats more of a text than its prefix: %s", (text) => {
    const read = readSessionText(text);
    const sentence = read.ok ? "" : sessionFaultText(read.error);
    expect(sentence).toMatch(/\S/);
    for (const secret of [hex, other]) expect(sentence).not.toContain(secret.slice(0, 6));
  });
});

describe("several sessions", () => {
  it.each<[string, string[]]>([
    [`us-${hex}, hk-${other}`, [`us-${hex}`, `hk-${other}`]],
    [`Bearer us-${hex},Bearer hk-${other}`, [`us-${hex}`, `hk-${other}`]],
    [`us-${hex}，hk-${other}`, [`us-${hex}`, `hk-${other}`]],
    [`us-${hex}\nhk-${other}\n`, [`us-${hex}`, `hk-${other}`]],
    [`["us-${hex}", "hk-${other}"]`, [`us-${hex}`, `hk-${other}`]],
    [`"us-${hex},hk-${other}"`, [`us-${hex}`, `hk-${other}`]],
    [`"us-${hex}","hk-${other}"`, [`us-${hex}`, `hk-${other}`]],
    [`us-${hex}, "`, [`us-${hex}`, '"']],
    ["Bearer , ,", []],
    ["", []],
    [`sessionid=${hex}, us-sessionid=${other}`, [`sessionid=${hex}`, `us-sessionid=${other}`]],
    [`a=1,2; sessionid=${hex}`, [`2; sessionid=${hex}`]],
    [`sessionid=${hex}; a=1,${other}`, [`sessionid=${hex}; a=1`]],
    [`sessionid=${hex}; Expires=Wed, 21 Oct 2026 07:28:00 GMT`, [`sessionid=${hex}; Expires=Wed`]],
    [`sessionid=${hex}, hk-${other}`, [`sessionid=${hex}`, `hk-${other}`]],
    [`sessionid=${hex}; a=1,msToken=${other}`, [`sessionid=${hex}; a=1`]],
    [`sessionid=${hex}, tw-${other}`, [`sessionid=${hex}`, `tw-${other}`]],
  ])("several sessions are parted at commas, but not within cookies: %s", (text, pieces) => {
    expect(splitSessions(text)).toEqual(pieces);
  });
});
