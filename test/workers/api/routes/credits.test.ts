import { beforeEach, describe, expect, it } from "vitest";
import { call, type Stage, setStage, storing } from "#test/workers/support/stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = setStage();
});

type Row = { session: string; region: string; error?: { code: string; message: string; hint: string } } & Record<
  string,
  unknown
>;

/** Long enough that its end is shown. */
const named = (words: string) => `demo-${words}-0123456789abc3f9`;

async function ask(path: string, method: string, sessions: string[], headers: Record<string, string> = {}) {
  const init = { method, headers: { authorization: `Bearer ${sessions.join(",")}`, ...headers } };
  const answer = await call(path, init);
  const body = (await answer.json()) as { object: string; data: Row[] };
  return { answer, body, rows: body.data };
}
const credits = (sessions: string[], headers?: Record<string, string>) => ask("/v1/credits", "GET", sessions, headers);
const claim = (sessions: string[]) => ask("/v1/credits/claim", "POST", sessions);

describe("GET /v1/credits", () => {
  it("/v1/credits tells each session's balance, and no session", async () => {
    const sessions = [named("cn"), `us-${named("us")}`, `hk-${named("sg")}`];
    const { answer, body, rows } = await credits(sessions);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(body.object).toBe("list");
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => `${row.session} ${row.region}`))).toEqual(
      new Set(["…c3f9 cn", "us-…c3f9 us", "hk-…c3f9 hk"]),
    );
    for (const row of rows) {
      expect(row).toMatchObject({ alive: true, health: "ok" });
      expect(row.credits).toEqual({ total: 1000, gift: 66, purchase: 934, vip: 0 });
      expect(row.expires).toEqual([{ amount: 66, at: expect.any(Number) }]);
      const [{ at } = { at: 0 }] = row.expires as { at: number }[];
      expect(at).toBeGreaterThan(Date.now() / 1000);
      expect(at).toBeLessThan(Date.now() / 1000 + 86_401);
      expect(row).not.toHaveProperty("error");
    }
    const shown = JSON.stringify(rows) + stage.logs.join("");
    for (const words of ["cn", "us", "sg"]) expect(shown).not.toContain(named(words));
    expect(stage.calls("credits")).toBe(3);
    expect(await storing()).toEqual([]);
  });

  it("/v1/credits tells one session's error beside the balance of the others", async () => {
    const sessions = [named("cn"), `us-${named("us-expired")}`, `sg-${named("sg-nocredit")}`];
    const { answer, rows } = await credits(sessions);

    expect(answer.status).toBe(200);
    const byRegion = Object.fromEntries(rows.map((row) => [row.region, row]));
    expect(byRegion.cn).toMatchObject({ alive: true, health: "ok" });
    expect(byRegion.us).toMatchObject({
      alive: false,
      health: "expired",
      credits: null,
      expires: [],
      error: { code: "session_expired", message: expect.stringMatching(/\S.*\.$/), hint: expect.stringMatching(/\S/) },
    });
    expect(byRegion.sg).toMatchObject({ alive: true, health: "no_credits", credits: { total: 0 } });
    expect(byRegion.sg).not.toHaveProperty("error");
  });

  it.each([
    ["reset", "unreachable", "upstream_unreachable"],
    ["503", "unreachable", "upstream_unreachable"],
    ["429", "rate_limited", "rate_limited"],
    ["html", "unknown", "upstream_changed"],
    ["ret-4013", "risk_control", "risk_control"],
  ] as const)("a balance that could not be asked for (%s) is unknown, not zero", async (fault, health, code) => {
    stage.simulator.addFault({ endpoint: "credits", fault });
    const { answer, rows } = await credits([named("cn")]);

    expect(answer.status).toBe(200);
    expect(rows).toMatchObject([{ alive: null, health, credits: null, expires: [], error: { code } }]);
    expect(stage.calls("credits")).toBe(1);
  });

  it("/v1/credits gives hints in the caller's language", async () => {
    const { rows } = await credits([named("cn-expired")], { "accept-language": "zh-CN" });
    expect(rows[0]?.error?.hint).toMatch(/\p{Script=Han}/u);
    const english = await credits([named("cn-expired")]);
    expect(english.rows[0]?.error?.hint).not.toMatch(/\p{Script=Han}/u);
  });

  it("/v1/credits asks six sessions at a time, and all of them", async () => {
    let [running, most] = [0, 0];
    const ordinary = stage.fetched.getMockImplementation() as typeof fetch;
    stage.fetched.mockImplementation(async (...given) => {
      running += 1;
      most = Math.max(most, running);
      const answer = await ordinary(...given);
      running -= 1;
      return answer;
    });
    const sessions = Array.from({ length: 40 }, (_, index) => `sg-demo-sg-${String(index).padStart(8, "0")}`);
    const { rows } = await credits(sessions);

    expect(rows.map((row) => row.session)).toEqual(sessions.map((session) => `sg-…${session.slice(-4)}`));
    expect(most).toBe(6);
  });

  it("/v1/credits refuses more sessions than it can ask in one go, naming the limit", async () => {
    const sessions = Array.from({ length: 41 }, (_, index) => `sg-demo-sg-${index}`);
    const { answer, body } = await credits(sessions);

    expect(answer.status).toBe(400);
    expect(body).toMatchObject({
      error: { code: "invalid_value", param: "authorization", message: expect.stringContaining("40") },
    });
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("/v1/credits and its claim need a session", async () => {
    expect((await call("/v1/credits")).status).toBe(401);
    expect((await call("/v1/credits/claim", { method: "POST" })).status).toBe(401);
  });
});

describe("POST /v1/credits/claim", () => {
  it("a claim takes the day's gift once in China", async () => {
    const first = await claim([named("cn")]);
    expect(first.answer.status).toBe(200);
    expect(first.answer.headers.get("cache-control")).toBe("no-store");
    const [row] = first.rows;
    expect(row).toMatchObject({ session: "…c3f9", region: "cn", status: "claimed" });
    expect(row?.claimed).toBeGreaterThan(0);
    expect(row?.total).toBeGreaterThanOrEqual(row?.claimed as number);

    const second = await claim([named("cn")]);
    expect(second.rows).toMatchObject([{ status: "already_claimed", claimed: 0, total: row?.total }]);
  });

  it("a claim reports the refusal of an international site, and does not ask again", async () => {
    const { answer, rows } = await claim([`us-${named("us")}`, `jp-${named("sg")}`]);

    expect(answer.status).toBe(200);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row).toMatchObject({ status: "refused", claimed: 0, total: null, error: { code: "risk_control" } });
    }
    expect(stage.calls("claim")).toBe(2);
  });

  it("a claim whose answer is lost is unknown, not refused", async () => {
    stage.simulator.addFault({ endpoint: "claim", fault: "reset-after" });
    const { rows } = await claim([named("cn")]);
    expect(rows).toMatchObject([{ status: "unknown", claimed: 0, error: { code: "upstream_unreachable" } }]);
  });

  it.each(["already received", "今日积分已领取"])(
    "a refusal that says so (%s) is taken as a claim made before",
    async (errmsg) => {
      stage.fetched.mockImplementation(async () => Response.json({ ret: "987654", errmsg, data: null }));
      const { rows } = await claim([named("cn")]);
      expect(rows).toMatchObject([{ status: "already_claimed", claimed: 0, total: null }]);
      expect(rows[0]).not.toHaveProperty("error");
    },
  );

  it("a claim for more sessions than can be asked in one go is refused", async () => {
    const sessions = Array.from({ length: 41 }, (_, index) => `sg-demo-sg-${index}`);
    expect((await claim(sessions)).answer.status).toBe(400);
    expect(stage.fetched).not.toHaveBeenCalled();
  });
});
