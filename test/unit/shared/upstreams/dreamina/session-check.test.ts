import { describe, expect, it } from "vitest";
import type { RegionId } from "#shared/region-ids.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Balance } from "#shared/upstreams/dreamina/credits.ts";
import { noAnswer, refusal } from "#shared/upstreams/dreamina/errors.ts";
import { regions } from "#shared/upstreams/dreamina/region.ts";
import type { Session } from "#shared/upstreams/dreamina/session.ts";
import { checkSession } from "#shared/upstreams/dreamina/session-check.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { aSession } from "#test/support/upstream.ts";

const balance: Balance = { gift: 66, purchase: 0, vip: 0, total: 66, expiring: [] };
const login = refusal({ ret: "1015" });
const commerceLogin = refusal({ ret: "34010105" });
const risk = refusal({ ret: "4013" });
const lost = noAnswer("upstream_unreachable", "fetch failed");

type Answer = Result<Balance, UpstreamFailure>;

/** Checks a session with these answers by cluster. @returns also the regions that were called, in order. */
async function check(region: RegionId, answers: { cn: Answer; us: Answer; sg: Answer }) {
  const asked: Session[] = [];
  const found = await checkSession(aSession({ region }), regions, async (session) => {
    asked.push(session);
    return answers[regions[session.region].cluster];
  });
  expect(asked.every(({ sessionId }) => sessionId === aSession().sessionId)).toBe(true);
  return { found, asked: asked.map((session) => session.region) };
}

describe("a session", () => {
  it.each(["cn", "us", "hk", "jp", "sg"] as const)(
    "a session that its own region (%s) accepts is found alive by one call",
    async (region) => {
      const { found, asked } = await check(region, { cn: ok(balance), us: ok(balance), sg: ok(balance) });
      expect(found).toEqual({ kind: "alive", balance });
      expect(asked).toEqual([region]);
    },
  );

  it("a session of another cluster is found there, with every region of that cluster", async () => {
    const answers = { cn: err(login), us: err(commerceLogin), sg: ok(balance) };
    expect(await check("us", answers)).toEqual({
      found: { kind: "elsewhere", regions: ["hk", "jp", "sg"], balance },
      asked: ["us", "cn", "sg"],
    });
    expect((await check("cn", answers)).found).toMatchObject({ kind: "elsewhere", regions: ["hk", "jp", "sg"] });
  });

  it("a session is not searched for any further once it is found", async () => {
    const { found, asked } = await check("hk", { cn: ok(balance), us: ok(balance), sg: err(login) });
    expect(found).toMatchObject({ kind: "elsewhere", regions: ["cn"] });
    expect(asked).toEqual(["hk", "cn"]);
  });

  it("a session that no cluster accepts is dead after three calls", async () => {
    const { found, asked } = await check("jp", { cn: err(login), us: err(login), sg: err(commerceLogin) });
    expect(found).toEqual({ kind: "dead", failure: commerceLogin });
    expect(asked).toEqual(["jp", "cn", "us"]);
  });

  it.each([risk, lost, refusal({ ret: "987654" })])(
    "a session that gets another answer in its own region is unknown after one call",
    async (failure) => {
      const { found, asked } = await check("us", { cn: ok(balance), us: err(failure), sg: ok(balance) });
      expect(found).toEqual({ kind: "unknown", failure, refusedHere: false });
      expect(asked).toEqual(["us"]);
    },
  );

  it.each([risk, lost])(
    "a session is not called dead while another cluster gave no readable answer",
    async (failure) => {
      const { found } = await check("sg", { cn: err(failure), us: err(login), sg: err(login) });
      expect(found).toEqual({ kind: "unknown", failure, refusedHere: true });
    },
  );

  it("a session is found in the third cluster even if the second could not be asked", async () => {
    const { found } = await check("sg", { cn: err(lost), us: ok(balance), sg: err(login) });
    expect(found).toMatchObject({ kind: "elsewhere", regions: ["us"] });
  });
});
