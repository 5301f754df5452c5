import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withStorage } from "./browser.ts";

const session = (end: number) => `us-${String(end).padStart(32, "0")}`;
const credits = (total: number) => ({ total, gift: 0, purchase: total, vip: 0 });

type Asked = { path: string; sessions: string[] };
let asked: Asked[] = [];
let end: () => void;

beforeEach(() => {
  vi.resetModules();
  asked = [];
  end = withStorage().end;
});
afterEach(() => {
  vi.unstubAllGlobals();
  end();
});

/** The page with a server that answers each session with a row. */
async function page(rowFor: (path: string, session: string) => object) {
  vi.stubGlobal("fetch", async (path: string, { headers }: { headers: Headers }) => {
    const sessions = (headers.get("authorization") ?? "").replace("Bearer ", "").split(",");
    asked.push({ path, sessions });
    return Response.json({ object: "list", data: sessions.map((one) => rowFor(path, one)) });
  });
  const state = await import("#web/state/sessions.ts");
  const checks = await import("#web/state/session-checks.ts");
  const { stateOf } = await import("#web/state/session-summary.ts");
  const add = (texts: string[]) =>
    state.addSessions(texts.map((text) => ({ kind: kindOf(text), text, name: "", isOn: true })));
  return { ...state, ...checks, stateOf, add };
}

const kindOf = (text: string) => (/^ark-/.test(text) ? "ark" : /^sk-/.test(text) ? "key" : "session");

const alive = (total: number) => ({
  session: "us-…",
  region: "us",
  alive: true,
  answers_in: ["us"],
  credits: credits(total),
});

describe("a check", () => {
  it("a check sends at most fifteen sessions at a time, and each session gets its own row", async () => {
    const { add, checkSessions, sessions } = await page((_path, text) => alive(Number(text.slice(3))));
    add(Array.from({ length: 17 }, (_, index) => session(index)));
    await checkSessions(sessions.value);
    expect(asked.map(({ path, sessions: sent }) => [path, sent.length])).toEqual([
      ["/v1/sessions/check", 15],
      ["/v1/sessions/check", 2],
    ]);
    expect(sessions.value.map(({ finding }) => finding?.credits?.total)).toEqual(
      Array.from({ length: 17 }, (_, index) => index),
    );
  });

  it("a check does not send invalid sessions, which the API refuses with all others, and marks them as refused", async () => {
    const { add, checkSessions, sessions } = await page(() => alive(5));
    add([session(1), `tw-${"0".repeat(32)}`]);
    await checkSessions(sessions.value);
    expect(asked.map(({ sessions: sent }) => sent)).toEqual([[session(1)]]);
    expect(sessions.value.map(({ finding }) => finding)).toMatchObject([
      { alive: true, code: null },
      { alive: false, code: "unauthorized" },
    ]);
  });

  it("a check sends an API key alone, and adds up the server's sessions and keys", async () => {
    const ofKey = { session: "ark-eu-…", region: null, cloud: "eu", alive: true, answers_in: null, credits: null };
    const rows = [alive(3), { ...alive(4), region: "hk" }, ofKey];
    const { add, checkSessions, sessions, activePlaces } = await page(() => ({}));
    vi.stubGlobal("fetch", async (path: string, { headers }: { headers: Headers }) => {
      asked.push({ path, sessions: [headers.get("authorization") ?? ""] });
      return Response.json({ object: "list", data: rows });
    });
    add(["sk-a-key-of-this-server"]);
    await checkSessions(sessions.value);
    expect(asked).toEqual([{ path: "/v1/sessions/check", sessions: ["Bearer sk-a-key-of-this-server"] }]);
    expect(sessions.value[0]?.finding).toMatchObject({ alive: true, credits: { total: 7 }, regions: ["us", "hk"] });
    expect(activePlaces.value).toEqual({ regions: ["us", "hk"], clouds: ["eu"] });
  });

  it("a check sends keys of clouds with the sessions, and each gets its own row", async () => {
    const { add, checkSessions, sessions, stateOf } = await page((_path, text) => {
      if (!text.startsWith("ark-")) return alive(5);
      const isAlive = text.startsWith("ark-ap-");
      const error = isAlive ? {} : { error_code: "key_refused" };
      return { region: null, cloud: text.slice(4, 6), alive: isAlive, answers_in: null, credits: null, ...error };
    });
    add([session(1), "ark-ap-0123456789abcdef0123", "ark-cn-0123456789abcdef0123"]);
    await checkSessions(sessions.value);
    expect(asked.map(({ sessions: sent }) => sent.length)).toEqual([3]);
    expect(sessions.value.map(stateOf)).toEqual(["good", "good", "bad"]);
    expect(sessions.value.map(({ finding }) => finding?.credits?.total ?? null)).toEqual([5, null, null]);
  });

  it("a check without an answer keeps the earlier finding", async () => {
    const { add, checkSessions, sessions } = await page(() => alive(5));
    add([session(1)]);
    await checkSessions(sessions.value);
    const before = sessions.value[0]?.finding;
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("fetch failed");
    });
    await checkSessions(sessions.value);
    expect(sessions.value[0]?.finding).toEqual(before);
  });

  it("a check that the server refuses stores the code of the refusal", async () => {
    const { add, checkSessions, sessions, stateOf } = await page(() => ({}));
    vi.stubGlobal("fetch", async () =>
      Response.json({ error: { code: "unauthorized", message: "no", hint: "", retryable: false } }, { status: 401 }),
    );
    add(["sk-unknown-key"]);
    await checkSessions(sessions.value);
    expect(sessions.value[0]?.finding).toMatchObject({ alive: false, code: "unauthorized" });
    expect(sessions.value.map(stateOf)).toEqual(["bad"]);
  });
});

describe("fetching balances", () => {
  it("the balance of a session that is off or was checked recently is not fetched", async () => {
    const { add, refreshCredits, changeSession } = await page((_path, text) => alive(Number(text.slice(3))));
    const [, off] = add([session(1), session(2)]);
    changeSession(off?.id ?? "", { isOn: false });
    await refreshCredits();
    await refreshCredits();
    expect(asked).toEqual([{ path: "/v1/credits", sessions: [session(1)] }]);
  });

  it("sessions without a balance are checked, which distinguishes a wrong prefix from an expired session", async () => {
    const { add, refreshCredits, sessions, stateOf } = await page((path, text) => {
      if (path === "/v1/credits")
        return { alive: false, region: "us", credits: null, error: { code: "session_expired" } };
      const isElsewhere = text === session(1);
      return {
        alive: isElsewhere,
        answers_in: isElsewhere ? ["hk", "jp", "sg"] : null,
        credits: isElsewhere ? credits(9) : null,
        error_code: "session_expired",
        region: "us",
      };
    });
    add([session(1), session(2)]);
    await refreshCredits();
    expect(asked.map(({ path }) => path)).toEqual(["/v1/credits", "/v1/sessions/check"]);
    expect(sessions.value.map(stateOf)).toEqual(["misplaced", "bad"]);
    expect(sessions.value[0]?.finding?.regions).toEqual(["hk", "jp", "sg"]);
  });
});

describe("a refused key of a cloud", () => {
  it("a key that its cloud refuses is not checked again by itself", async () => {
    const row = { region: null, cloud: "ap", alive: false, credits: null, error: { code: "key_refused" } };
    const { add, refreshCredits, sessions, stateOf } = await page(() => row);
    add(["ark-ap-0123456789abcdef0123"]);
    await refreshCredits();
    await refreshCredits(0);
    expect(asked.map(({ path }) => path)).toEqual(["/v1/credits"]);
    expect(sessions.value.map(stateOf)).toEqual(["bad"]);
  });
});

describe("a session under a wrong prefix", () => {
  it("a session with a wrong prefix is corrected and merged with its duplicate", async () => {
    const { add, moveSession, sessions } = await page(() => ({}));
    const [first] = add([session(1), `hk-${session(2).slice(3)}`]);
    moveSession(first?.id ?? "", "hk");
    expect(sessions.value.map(({ text }) => text)).toEqual([`hk-${session(1).slice(3)}`, `hk-${session(2).slice(3)}`]);
    const [twin] = add([session(2)]);
    expect(moveSession(twin?.id ?? "", "hk")?.text).toBe(`hk-${session(2).slice(3)}`);
    expect(sessions.value).toHaveLength(2);
  });
});
