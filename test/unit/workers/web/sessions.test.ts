import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withForbiddenStorage, withStorage } from "./browser.ts";

const us = "us-0123456789abcdef0123456789abcdef";
const hk = "hk-fedcba9876543210fedcba9876543210";
const key = "sk-abcdefghijklmnop1234";
const ark = "ark-ap-0123456789abcdef0123";

let ends: (() => void)[] = [];
beforeEach(() => vi.resetModules());
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

/** The page with these texts in its storage. */
async function page(contents: Record<string, string> = {}) {
  const storage = withStorage(contents);
  ends.push(storage.end);
  return { texts: storage.texts, ...(await import("#web/state/sessions.ts")) };
}

const credential = (text: string) => ({
  kind: text.startsWith("sk-") ? ("key" as const) : text.startsWith("ark-") ? ("ark" as const) : ("session" as const),
  text,
  name: "",
  isOn: true,
});

describe("the Authorization header", () => {
  it("the Authorization header has every session that is on", async () => {
    const { addSessions, authorization, changeSession, sessions } = await page();
    expect(authorization()).toBeNull();
    addSessions([credential(us), credential(hk)]);
    expect(authorization()).toBe(`Bearer ${us},${hk}`);
    changeSession(sessions.value[0]?.id ?? "", { isOn: false });
    expect(authorization()).toBe(`Bearer ${hk}`);
  });

  it("the Authorization header has an API key alone", async () => {
    const { addSessions, authorization } = await page();
    addSessions([credential(us), credential(key)]);
    expect(authorization()).toBe(`Bearer ${key}`);
  });

  it("the Authorization header has the sessions and the keys of clouds that are on", async () => {
    const { activePlaces, addSessions, authorization } = await page();
    addSessions([credential(us), credential(ark)]);
    expect(authorization()).toBe(`Bearer ${us},${ark}`);
    expect(activePlaces.value).toEqual({ regions: ["us"], clouds: ["ap"] });
  });

  it("the Authorization header of given sessions omits removed ones", async () => {
    const { addSessions, authorizationOf, removeSession } = await page();
    const [first, second] = addSessions([credential(us), credential(hk)]);
    const ids = [first?.id ?? "", second?.id ?? ""];
    expect(authorizationOf(ids)).toBe(`Bearer ${us},${hk}`);
    removeSession(ids[0] ?? "");
    expect(authorizationOf(ids)).toBe(`Bearer ${hk}`);
    removeSession(ids[1] ?? "");
    expect(authorizationOf(ids)).toBeNull();
  });
});

describe("sessions", () => {
  it("sessions are the same after a reload", async () => {
    const before = await page();
    before.addSessions([{ ...credential(us), name: "studio" }]);
    vi.resetModules();
    const after = await page(Object.fromEntries(before.texts));
    expect(after.sessions.value).toEqual(before.sessions.value);
    expect(after.sessions.value[0]?.name).toBe("studio");
  });

  it("stored sessions and keys that the API does not accept are kept, but off", async () => {
    const before = await page();
    // An earlier page took a bare UUID for a Chinese session; it is a key without its cloud.
    const uuid = "1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f";
    const refused = [`tw-${us.slice("us-".length)}`, uuid, "ark-xx-0123456789abcdef0123"];
    before.addSessions([...refused.map(credential), credential(hk), credential(ark)]);
    vi.resetModules();
    const after = await page(Object.fromEntries(before.texts));
    expect(after.sessions.value.map(({ isOn }) => isOn)).toEqual([false, false, false, true, true]);
    expect(after.authorization()).toBe(`Bearer ${hk},${ark}`);
  });

  it("sessions that an earlier page stored, with what it found out, are read", async () => {
    const finding = { at: 5, alive: true, credits: null, regions: ["us"], code: null };
    const stored = [
      { id: "a", kind: "session", text: us, name: "", isOn: true, addedAt: 1, finding },
      { id: "b", kind: "key", text: key, name: "", isOn: false, addedAt: 2, finding },
    ];
    const { activePlaces, changeSession, sessions } = await page({
      "dreamina.sessions": JSON.stringify({ version: 1, value: stored }),
    });
    expect(sessions.value).toEqual(stored);
    changeSession("b", { isOn: true });
    expect(activePlaces.value).toEqual({ regions: ["us"], clouds: [] });
  });

  it("sessions are not added twice", async () => {
    const { addSessions, sessions } = await page();
    addSessions([credential(us)]);
    expect(addSessions([credential(us), credential(hk)])).toHaveLength(1);
    expect(sessions.value.map(({ text }) => text)).toEqual([us, hk]);
  });

  it("a session returns to its position when its removal is undone", async () => {
    const { addSessions, removeSession, sessions } = await page();
    const [first] = addSessions([credential(us), credential(hk)]);
    const undo = removeSession(first?.id ?? "");
    expect(sessions.value.map(({ text }) => text)).toEqual([hk]);
    undo();
    undo();
    expect(sessions.value.map(({ text }) => text)).toEqual([us, hk]);
  });

  it("exported sessions and keys can be imported", async () => {
    const { addSessions, exported } = await page();
    const all = [
      { ...credential(us), name: "studio" },
      { ...credential(hk), isOn: false },
      credential(key),
      credential(ark),
    ];
    addSessions(all);
    const { readCredentials } = await import("#web/state/session-text.ts");
    const { found, unreadable } = readCredentials(exported(), "cn");
    expect(unreadable).toBe(0);
    expect(found).toEqual(all);
  });

  it("without storage, sessions work until the page is closed", async () => {
    ends.push(withForbiddenStorage().end);
    const { addSessions, authorization, importOldSessions } = await import("#web/state/sessions.ts");
    expect(importOldSessions()).toEqual([]);
    addSessions([credential(us)]);
    expect(authorization()).toBe(`Bearer ${us}`);
  });

  it.each(["", "nonsense", "[]", '{"version":1,"value":7}', '{"version":99,"value":[]}'])(
    "there are no sessions when storage has %j",
    async (text) => {
      expect((await page({ "dreamina.sessions": text })).sessions.value).toEqual([]);
    },
  );
});

describe("the sessions of the earlier page", () => {
  it.each([
    ["a list of texts", JSON.stringify([us, hk])],
    ["a list of objects", JSON.stringify([{ token: us }, { session: hk, name: "b" }])],
    ["text with commas", `${us},${hk}`],
    ["text with lines", `${us}\n${hk}\n`],
  ])("the earlier page's sessions are imported from %s", async (_form, text) => {
    const { importOldSessions, sessions, texts } = await page({ dreamina_tokens: text });
    expect(importOldSessions()).toHaveLength(2);
    expect(sessions.value.map((session) => session.text)).toEqual([us, hk]);
    expect(texts.get("dreamina_tokens")).toBe(text);
  });

  it("the earlier page's sessions without a prefix are Chinese, as they were there", async () => {
    const { importOldSessions, sessions } = await page({ dreamina_tokens: us.slice(3) });
    importOldSessions();
    expect(sessions.value.map(({ text }) => text)).toEqual([us.slice(3)]);
  });

  it("the earlier page's sessions are imported only once, so removed ones do not return", async () => {
    const before = await page({ dreamina_tokens: us });
    const [taken] = before.importOldSessions();
    before.removeSession(taken?.id ?? "");
    vi.resetModules();
    const after = await page(Object.fromEntries(before.texts));
    expect(after.importOldSessions()).toEqual([]);
    expect(after.sessions.value).toEqual([]);
  });

  it("unreadable sessions of the earlier page are ignored", async () => {
    const { importOldSessions, sessions } = await page({ dreamina_tokens: "{]" });
    expect(importOldSessions()).toEqual([]);
    expect(sessions.value).toEqual([]);
  });
});
