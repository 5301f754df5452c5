/** Credits, the daily claim and the check of a session, against the simulator. */
import { describe, expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import { aFreshJob, demo, setUpstreamStage as stage } from "#test/support/simulated-upstream.ts";
import { start } from "#test/support/task.ts";

describe.each(regionIds)("the balance in %s", (region) => {
  it("a balance is what the account has, and less after a job", async () => {
    const { upstream } = stage();
    const before = await upstream.balance(demo(region));
    expect(before).toMatchObject({ ok: true, value: { total: 1000, vip: 0 } });
    await upstream.submit(demo(region), aFreshJob());
    expect(await upstream.balance(demo(region))).toMatchObject({ ok: true, value: { total: 996 } });
  });

  it("a balance lists the gift credits as expiring within a day", async () => {
    const { upstream } = stage();
    const balance = await upstream.balance(demo(region));
    if (!balance.ok) throw new Error(balance.error.text);
    const { gift, expiring } = balance.value;
    expect(expiring.map(({ amount }) => amount)).toEqual([gift]);
    const dayMs = 24 * 60 * 60 * 1000;
    for (const { at } of expiring) {
      expect(at).toBeGreaterThan(start);
      expect(at).toBeLessThanOrEqual(start + dayMs);
    }
  });

  it("the balance of an account without credits is zero", async () => {
    const { upstream } = stage();
    expect(await upstream.balance(demo(region, "nocredit"))).toMatchObject({ ok: true, value: { total: 0 } });
  });

  it.each(["reset", "500", "html"] as const)(
    "a balance that is not answered (%s) is a failure, not zero",
    async (fault) => {
      const { simulator, upstream } = stage();
      simulator.addFault({ endpoint: "credits", fault });
      expect(await upstream.balance(demo(region))).toMatchObject({ ok: false, error: { answered: false } });
    },
  );
});

describe("a claim", () => {
  it("a claim adds the daily gift once", async () => {
    const { upstream } = stage();
    const first = await upstream.claim(demo("cn"));
    expect(first).toMatchObject({ ok: true, value: { received: expect.any(Number), total: expect.any(Number) } });
    expect(first.ok && first.value.received).toBeGreaterThan(0);
    const second = await upstream.claim(demo("cn"));
    expect(second).toMatchObject({ ok: true, value: { received: 0, total: first.ok && first.value.total } });
  });

  it.each(["us", "hk", "jp", "sg"] as const)(
    "a claim in %s is refused as risk control, after one call",
    async (region) => {
      const { simulator, upstream } = stage();
      expect(await upstream.claim(demo(region))).toMatchObject({
        error: { verdict: "session", answered: true, error: { code: "risk_control" } },
      });
      expect(simulator.state().calls.claim).toBe(1);
    },
  );

  it("a claim of an expired session fails as session_expired", async () => {
    const { upstream } = stage();
    expect(await upstream.claim(demo("cn", "expired"))).toMatchObject({
      error: { error: { code: "session_expired" } },
    });
  });
});

describe("the check of a session", () => {
  it.each(regionIds)("the check of a session in %s finds it alive by one call", async (region) => {
    const { simulator, upstream } = stage();
    expect(await upstream.checkSession(demo(region))).toMatchObject({ kind: "alive", balance: { total: 1000 } });
    expect(simulator.state().calls).toEqual({ credits: 1 });
  });

  it.each([
    ["cn", "demo-us", ["us"]],
    ["cn", "demo-sg", ["hk", "jp", "sg"]],
    ["us", "demo-cn", ["cn"]],
    ["us", "demo-sg", ["hk", "jp", "sg"]],
    ["jp", "demo-us", ["us"]],
    ["hk", "demo-cn", ["cn"]],
  ] as const)("the check of a session sent as %s finds where %s lives: %j", async (region, sessionId, regions) => {
    const { upstream } = stage();
    expect(await upstream.checkSession({ region, sessionId })).toMatchObject({ kind: "elsewhere", regions });
  });

  it("the check of a session finds an account that moved", async () => {
    const { upstream } = stage();
    expect(await upstream.checkSession(demo("us", "moved"))).toMatchObject({ kind: "elsewhere" });
  });

  it.each(regionIds)("the check of an expired session in %s finds it dead by three calls", async (region) => {
    const { simulator, upstream } = stage();
    expect(await upstream.checkSession(demo(region, "expired"))).toMatchObject({
      kind: "dead",
      failure: { error: { code: "session_expired" } },
    });
    expect(simulator.state().calls).toEqual({ credits: 3 });
  });

  it("the check of a session without an answer is unknown", async () => {
    const { simulator, upstream } = stage();
    simulator.addFault({ endpoint: "credits", fault: "reset" });
    expect(await upstream.checkSession(demo("sg"))).toMatchObject({
      kind: "unknown",
      refusedHere: false,
      failure: { error: { code: "upstream_unreachable" } },
    });
  });
});
