import { describe, expect, it } from "vitest";
import {
  cloudOf,
  isReadable,
  masked,
  maskedCloudless,
  onCloud,
  readCredentials,
  regionOf,
  writtenFor,
} from "#web/state/session-text.ts";

const one = "0123456789abcdef0123456789abcdef";
const two = "fedcba9876543210fedcba9876543210";
const texts = (text: string, region: Parameters<typeof readCredentials>[1] = "us") =>
  readCredentials(text, region).found.map((credential) => credential.text);

describe("sessions are read", () => {
  it.each([
    ["alone, for the chosen region", one, [`us-${one}`]],
    ["with a prefix, which wins", `hk-${one}`, [`hk-${one}`]],
    ["with a prefix in capitals", `JP-${one}`, [`jp-${one}`]],
    ["with one on each line", `us-${one}\r\n\r\nsg-${two}`, [`us-${one}`, `sg-${two}`]],
    ["between commas, as the API takes them", `us-${one},hk-${two}`, [`us-${one}`, `hk-${two}`]],
    ["between Chinese commas", `us-${one}，hk-${two}`, [`us-${one}`, `hk-${two}`]],
    ["out of a header", `Authorization: Bearer us-${one}, hk-${two}`, [`us-${one}`, `hk-${two}`]],
    ["once when they are given twice", `us-${one}\nus-${one}`, [`us-${one}`]],
    ["out of cookies", `sid_guard=x%7C1; sessionid=${one}; sessionid_ss=${one}; store-idc=sg`, [`us-${one}`]],
    ["out of cookies with quotes", `sessionid="${one}"`, [`us-${one}`]],
    [
      "out of a line of cookies with long other values",
      `msToken=${two}; sessionid=${one}; ttwid=${two}`,
      [`us-${one}`],
    ],
    ["out of cookies on lines of their own", `_ga=GA1.2.${two}\nsessionid=${one}\nx=1,${two}`, [`us-${one}`]],
    ["out of a table of cookies", `msToken\t${two}\t.a.com\nsessionid\t${one}\t.a.com\t/`, [`us-${one}`]],
    ["out of a row that says the name with a colon", `sessionid_ss:"${one}"`, [`us-${one}`]],
    ["beside cookies, with a prefix", `hk-${two}\nsessionid=${one}`, [`hk-${two}`, `us-${one}`]],
    ["with the padding of base64", "abcdefghijklmnopqr==", ["us-abcdefghijklmnopqr=="]],
    ["out of this page's export, Chinese ones too", `{"dreamina_sessions":[{"session":"${one}"}]}`, [one]],
    ["with a prefix even when they are short", "us-demo-us", ["us-demo-us"]],
    ["as an API key where they begin with sk-", "SK-abc123", ["sk-abc123"]],
    ["with the prefix that Chinese ones need not have", `cn-${one}`, [one]],
    ["with a colon behind the prefix", `hk:${one}`, [`hk-${one}`]],
    ["with a blank behind the prefix, one after another", `US ${one} HK ${two}`, [`us-${one}`, `hk-${two}`]],
    ["with their prefix twice", `hk-hk-${one}`, [`hk-${one}`]],
    ["with the hyphen of a text program", `hk–${one}`, [`hk-${one}`]],
    ["out of a cookie behind a prefix", `hk-sessionid=${one}`, [`hk-${one}`]],
    ["out of a cookie with the prefix before its value", `sessionid=hk-${one};`, [`hk-${one}`]],
    ["out of a line of cookies behind a prefix", `hk-_ga=1; sessionid=${one}; c=d`, [`hk-${one}`]],
    ["beside a cookie, on one line", `sessionid=${one}, hk-${two}`, [`us-${one}`, `hk-${two}`]],
    ["in quotes", `“hk-${one}”`, [`hk-${one}`]],
    ["with a label that is no prefix", `ID: ${one}`, [`us-${one}`]],
    ["as JSON texts", JSON.stringify([`us-${one}`, two]), [`us-${one}`, `us-${two}`]],
    ["as one JSON text of several", JSON.stringify(`us-${one},hk-${two}`), [`us-${one}`, `hk-${two}`]],
    ["as JSON objects", JSON.stringify([{ token: `us-${one}` }, { session: `hk-${two}` }]), [`us-${one}`, `hk-${two}`]],
    ["deep inside JSON", JSON.stringify({ data: { tokens: [{ sessionid: `us-${one}` }] } }), [`us-${one}`]],
    [
      "out of a cookie tool's export",
      JSON.stringify([
        { domain: ".capcut.com", name: "store-idc", value: "a-value-as-long-as-a-session" },
        { domain: ".capcut.com", name: "sessionid", value: one },
      ]),
      [`us-${one}`],
    ],
  ])("sessions are read %s", (_how, text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it("sessions without a prefix get the chosen region", () => {
    expect(texts(one, "cn")).toEqual([one]);
  });

  it("a session in an object is read with the region that the object names", () => {
    expect(texts(JSON.stringify([{ session: one, region: "jp" }]), "cn")).toEqual([`jp-${one}`]);
  });

  it("sessions are read with the name in front of them", () => {
    const { found } = readCredentials(`studio: us-${one}\n旧账号 hk-${two}`, "us");
    expect(found.map(({ name }) => name)).toEqual(["studio", "旧账号"]);
  });

  it("a session in an object is read with the object's name and switch", () => {
    const { found } = readCredentials(JSON.stringify([{ session: `us-${one}`, name: "studio", on: false }]), "us");
    expect(found).toEqual([{ kind: "session", text: `us-${one}`, name: "studio", isOn: false }]);
  });
});

describe("a text without a session", () => {
  it.each(["hello there", "us-", "us-a b", "https://dreamina.capcut.com/ai-tool/home", "会话"])(
    "text that is no session is counted, not added: %s",
    (text) => {
      const { found, unreadable } = readCredentials(text, "us");
      expect(found).toEqual([]);
      expect(unreadable).toBe(1);
    },
  );

  it("an empty text holds nothing, and nothing unreadable", () => {
    expect(readCredentials("  \n ", "us")).toEqual({
      found: [],
      cloudless: [],
      unreadable: 0,
      fault: null,
      lacksSessionCookie: false,
    });
  });

  it.each([
    `_ga=GA1.2.1; passport_csrf_token=${one}; msToken=${two}==`,
    `Cookie: msToken=${two}; x=1,${one}`,
    `msToken=${two}`,
  ])("a line of cookies without a session cookie is reported as such: %s", (text) => {
    expect(readCredentials(text, "us")).toMatchObject({ found: [], unreadable: 0, lacksSessionCookie: true });
  });

  it("a missing session cookie is not reported when a session was found or there are no cookies", () => {
    expect(readCredentials(`sessionid=${one}; a=b`, "us").lacksSessionCookie).toBe(false);
    expect(readCredentials("hello there", "us").lacksSessionCookie).toBe(false);
  });

  it.each([
    [`tw-${one}`, { kind: "unknown_prefix", prefix: "tw" }],
    [`UK ${one}`, { kind: "unknown_prefix", prefix: "uk" }],
    [`fr:${one}`, { kind: "unknown_prefix", prefix: "fr" }],
    [`studio us-${two}, usa-${one}`, { kind: "unknown_prefix", prefix: "usa" }],
    [`us-hk-${one}`, { kind: "two_prefixes", prefixes: ["us", "hk"] }],
    [`sessionid=hk-${one}\nsessionid=us-jp-${two}`, { kind: "two_prefixes", prefixes: ["us", "jp"] }],
  ])("a faulty session is not added, and its fault is reported: %s", (text, fault) => {
    const reading = readCredentials(text, "cn");
    expect(reading.fault).toEqual(fault);
    expect(reading.unreadable).toBe(1);
  });

  it("a word before a session is its name, also when it looks like a prefix", () => {
    const { found, fault } = readCredentials(`my-account: us-${one}`, "us");
    expect(found).toMatchObject([{ name: "my-account", text: `us-${one}` }]);
    expect(fault).toBeNull();
  });

  it("other text does not prevent sessions from being found", () => {
    const { found, unreadable } = readCredentials(`hello\nus-${one}`, "us");
    expect(found).toHaveLength(1);
    expect(unreadable).toBe(1);
  });

  it("a session in broken JSON is found", () => {
    expect(texts(`["us-${one}",`)).toEqual([`us-${one}`]);
  });
});

describe("keys of clouds are read", () => {
  const native = "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f-c3f9";
  const uuid = "1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f";

  it.each([
    ["with the cloud in front", `ark-ap-${native}`, [`ark-ap-${native}`]],
    ["of the older form", `ark-cn-${uuid}`, [`ark-cn-${uuid}`]],
    ["with the cloud in capitals", `ARK-EU-${uuid}`, [`ark-eu-${uuid}`]],
    ["in one list with sessions", `us-${one}, ark-ap-${native}`, [`us-${one}`, `ark-ap-${native}`]],
    ["on a line beside cookies", `sessionid=${one}\nark-ap-${native}`, [`us-${one}`, `ark-ap-${native}`]],
    ["as JSON objects", JSON.stringify([{ key: `ark-eu-${uuid}` }]), [`ark-eu-${uuid}`]],
    ["out of a line of the environment", `export ARK_API_KEY="ark-ap-${native}"`, [`ark-ap-${native}`]],
  ])("keys are read %s", (_how, text, expected) => {
    const { found, cloudless, unreadable } = readCredentials(text, "us");
    expect(found.map((credential) => credential.text)).toEqual(expected);
    expect({ cloudless, unreadable }).toEqual({ cloudless: [], unreadable: 0 });
  });

  it.each([native, uuid, `ARK_API_KEY=${native}`])(
    "a key without its cloud is not added, and asked for: %s",
    (text) => {
      const { found, cloudless, unreadable, fault } = readCredentials(text, "us");
      expect({ found, unreadable, fault }).toEqual({ found: [], unreadable: 0, fault: null });
      expect(cloudless).toEqual([{ text: text.replace("ARK_API_KEY=", ""), name: "", isOn: true }]);
    },
  );

  it("a key without its cloud keeps its name, and gets the cloud that its owner names", () => {
    const { found, cloudless } = readCredentials(`studio: ${native}\nhk-${one}`, "us");
    expect(found.map((credential) => credential.text)).toEqual([`hk-${one}`]);
    expect(cloudless.map((key) => onCloud(key, "eu"))).toEqual([
      { kind: "ark", text: `ark-eu-${native}`, name: "studio", isOn: true },
    ]);
  });

  it.each([
    [`ark-us-${uuid}`, { kind: "unknown_cloud", cloud: "us" }],
    ["ark-ap-short", { kind: "not_a_key" }],
    ["ark-1a2b3c4d-", { kind: "not_a_key" }],
  ])("a faulty key is not added, and its fault is reported: %s", (text, fault) => {
    expect(readCredentials(text, "us")).toMatchObject({ found: [], cloudless: [], unreadable: 1, fault });
  });

  it("a faulty key beside a session does not become its name", () => {
    const { found, fault } = readCredentials(`ark-ap-short us-${one}`, "us");
    expect(found).toMatchObject([{ name: "", text: `us-${one}` }]);
    expect(fault).toEqual({ kind: "not_a_key" });
  });

  it("a key has a cloud and no region, and a masked one shows its cloud and its last four characters", () => {
    const key = { kind: "ark" as const, text: `ark-ap-${native}` };
    expect([cloudOf(key), regionOf(key)]).toEqual(["ap", null]);
    expect(masked(key)).toBe("ark-ap-••••c3f9");
    expect(maskedCloudless({ text: native, name: "", isOn: true })).toBe("ark-••••c3f9");
    expect(maskedCloudless({ text: uuid, name: "", isOn: true })).toBe("••••5e6f");
  });
});

describe("a session", () => {
  it.each([
    [`us-${one}`, "us"],
    [`sg-${one}`, "sg"],
    [one, "cn"],
  ])("the region of the session %s is %s", (text, region) => {
    expect(regionOf({ kind: "session", text })).toBe(region);
  });

  it.each([
    ["session", `us-${one}`, true],
    ["session", `tw-${one}`, false],
    ["session", `us-hk-${one}`, false],
    ["session", "1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f", false],
    ["key", "sk-abc123", true],
    ["ark", "ark-ap-0123456789abcdef0123", true],
    ["ark", "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f", false],
  ] as const)("whether the API accepts a stored %s %s: %s", (kind, text, isTaken) => {
    expect(isReadable({ kind, text })).toBe(isTaken);
  });

  it("a session can get the prefix of another region", () => {
    expect(writtenFor(`us-${one}`, "hk")).toBe(`hk-${one}`);
    expect(writtenFor(`us-${one}`, "cn")).toBe(one);
    expect(writtenFor(one, "sg")).toBe(`sg-${one}`);
  });

  it("a masked session shows no more than its prefix and its last four characters", () => {
    expect(masked({ kind: "session", text: `us-${one}` })).toBe("us-••••cdef");
    expect(masked({ kind: "session", text: one })).toBe("••••cdef");
    expect(masked({ kind: "session", text: "us-demo-us" })).toBe("us-••••");
    expect(masked({ kind: "key", text: "sk-abcdefghijklmnop1234" })).toBe("sk-••••1234");
  });
});
