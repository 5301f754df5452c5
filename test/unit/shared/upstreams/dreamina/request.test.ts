import { describe, expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import { regions } from "#shared/upstreams/dreamina/region.ts";
import { addressOf, call, callCommerce } from "#shared/upstreams/dreamina/request.ts";
import { sign } from "#shared/upstreams/dreamina/sign.ts";
import { defaultUpstreamConfig, type UpstreamConfig } from "#shared/upstreams/dreamina/upstream-config.ts";
import { start } from "#test/support/task.ts";
import { aSession, aTransport, fixture } from "#test/support/upstream.ts";

const path = "/mweb/v1/get_history_by_ids";
const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);
const success = () => json({ ret: "0", errmsg: "success", data: { x: 1 } });

const aCall = (bend: Partial<Parameters<typeof call>[1]> = {}) => ({
  session: aSession(),
  path,
  query: {},
  body: { submit_ids: ["a"] },
  ...bend,
});

/** The request a call makes. */
async function sent(bend: Parameters<typeof aCall>[0] = {}, transportBend: Parameters<typeof aTransport>[1] = {}) {
  const { transport, requests } = aTransport(success, transportBend);
  await call(transport, aCall(bend));
  const [request] = requests;
  if (request === undefined) throw new Error("nothing was sent");
  return request;
}

/** The result of a call with this answer. */
const answered = (answer: () => Response | Promise<Response>) => call(aTransport(answer).transport, aCall());

describe("the address", () => {
  it.each([
    ["cn", "https://jimeng.jianying.com"],
    ["us", "https://dreamina-api.us.capcut.com"],
    ["hk", "https://mweb-api-sg.capcut.com"],
    ["jp", "https://mweb-api-sg.capcut.com"],
    ["sg", "https://mweb-api-sg.capcut.com"],
  ] as const)("the address of a call in %s is that region's real host", async (region, origin) => {
    const url = new URL((await sent({ session: aSession({ region }) })).url);
    expect(url.origin + url.pathname).toBe(`${origin}${path}`);
  });

  it("the address with an origin set is that origin with the real host as its first segment", async () => {
    const url = new URL((await sent({}, { origin: "http://127.0.0.1:9000" })).url);
    expect(url.origin + url.pathname).toBe(`http://127.0.0.1:9000/mweb-api-sg.capcut.com${path}`);
    expect(addressOf("https://relay.example.com/a", "host", "/b")).toBe("https://relay.example.com/a/host/b");
  });

  it.each(regionIds)("the address of a call in %s carries what every call carries", async (region) => {
    const { searchParams } = new URL((await sent({ session: aSession({ region }), query: { os: "windows" } })).url);
    const { webId, ...rest } = Object.fromEntries(searchParams);
    expect(rest).toEqual({
      aid: region === "cn" ? "513695" : "513641",
      device_platform: "web",
      region: region === "cn" ? "cn" : region.toUpperCase(),
      da_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      web_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      aigc_features: "app_lip_sync",
      os: "windows",
    });
    if (region === "cn") expect(webId).toMatch(/^\d{19}$/);
    else expect(webId).toBeUndefined();
  });
});

describe("the headers", () => {
  it("the headers are signed for this path at this moment", async () => {
    const { headers } = await sent();
    const deviceTime = start / 1000;
    expect(headers.get("device-time")).toBe(String(deviceTime));
    expect(headers.get("sign-ver")).toBe("1");
    expect(headers.get("tdid")).toBe("");
    expect(headers.get("sign")).toBe(sign({ path, platform: "7", appVersion: "8.4.0", deviceId: "", deviceTime }));
  });

  it("the headers are signed by whole seconds", async () => {
    const { headers } = await sent({}, { now: () => start + 999 });
    expect(headers.get("device-time")).toBe(String(start / 1000));
  });

  it("the headers are signed for the call's path, not for the relay's", async () => {
    const [direct, relayed] = [await sent(), await sent({}, { origin: "http://127.0.0.1:9000" })];
    expect(relayed.headers.get("sign")).toBe(direct.headers.get("sign"));
  });

  it.each(regionIds)("the headers of a call in %s are that region's own", async (region) => {
    const { headers } = await sent({ session: aSession({ region }) });
    const { appId, lan, loc, siteOrigin } = regions[region];
    // Countries as the sites' pages name them; the Chinese page names none.
    const storeCountryCode = region === "cn" ? null : region;
    expect(Object.fromEntries(headers)).toMatchObject({
      appid: String(appId),
      appvr: "8.4.0",
      pf: "7",
      lan,
      loc,
      origin: siteOrigin,
      referer: `${siteOrigin}/ai-tool/generate?type=image`,
      "app-sdk-version": "48.0.0",
      "content-type": "application/json",
    });
    expect(headers.get("store-country-code")).toBe(storeCountryCode);
  });

  it("the headers describe one browser throughout", async () => {
    const { headers } = await sent();
    const [, version] = /Chrome\/(\d+)/.exec(headers.get("user-agent") ?? "") ?? [];
    expect(headers.get("sec-ch-ua")).toContain(`"Google Chrome";v="${version}"`);
    expect(headers.get("sec-ch-ua-platform")).toBe('"Windows"');
    expect(headers.get("user-agent")).toContain("Windows");
  });
});

describe("the cookie", () => {
  const jarOf = async (region: (typeof regionIds)[number], sessionId = aSession().sessionId) => {
    const request = await sent({ session: { region, sessionId } });
    const pairs = (request.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("=") as [string, string]);
    return { jar: Object.fromEntries(pairs), url: new URL(request.url) };
  };

  it.each(regionIds)("the cookie of a call in %s holds the session", async (region) => {
    const { jar } = await jarOf(region);
    const { sessionId } = aSession();
    expect(jar).toMatchObject({ sessionid: sessionId, sessionid_ss: sessionId, sid_tt: sessionId });
    const issuedAt = Math.floor(start / 1000 / 5_184_000) * 5_184_000;
    expect(jar.sid_guard).toMatch(new RegExp(`^${sessionId}%7C${issuedAt}%7C5184000%7C`));
  });

  it("the cookie names the same browser as the query", async () => {
    const { jar, url } = await jarOf("cn");
    expect(jar._tea_web_id).toBe(url.searchParams.get("webId"));
  });

  it("the cookie names the same browser each time, and another for another session", async () => {
    const [one, again, other] = [await jarOf("cn"), await jarOf("cn"), await jarOf("cn", "another-session")];
    expect(one.jar._tea_web_id).toBe(again.jar._tea_web_id);
    expect(one.jar._tea_web_id).not.toBe(other.jar._tea_web_id);
  });

  it("the session never goes into the address", async () => {
    for (const region of regionIds) expect((await jarOf(region)).url.href).not.toContain(aSession().sessionId);
  });
});

describe("a changed config", () => {
  const withConfig = (change: Partial<UpstreamConfig>) => sent({}, { config: { ...defaultUpstreamConfig, ...change } });

  it("overridden versions are sent and signed", async () => {
    const { versions } = defaultUpstreamConfig;
    const { headers, url } = await withConfig({
      versions: { ...versions, draft: "9.9.1", web: "9.9.2", app: "9.9.3", appSdk: "9.9.4", platform: "8" },
    });
    const { searchParams } = new URL(url);
    expect([searchParams.get("da_version"), searchParams.get("web_version")]).toEqual(["9.9.1", "9.9.2"]);
    expect(Object.fromEntries(headers)).toMatchObject({ appvr: "9.9.3", "app-sdk-version": "9.9.4", pf: "8" });
    const deviceTime = start / 1000;
    const signed = sign({ path, platform: "8", appVersion: "9.9.3", deviceId: "", deviceTime });
    expect(headers.get("sign")).toBe(signed);
  });

  it("an overridden host of a region is where the call goes", async () => {
    const change = { regions: { ...regions, sg: { ...regions.sg, apiHost: "moved.example.com" } } };
    expect(new URL((await withConfig(change)).url).host).toBe("moved.example.com");
  });

  it("overridden headers are added, or replace ours whatever their letter case", async () => {
    const { headers } = await withConfig({ headers: { "X-Extra": "yes", LOC: "XX" } });
    expect(headers.get("x-extra")).toBe("yes");
    expect(headers.get("loc")).toBe("XX");
  });
});

describe("a commerce call", () => {
  const commercePath = "/commerce/v1/benefits/user_credit";
  async function asked(region: (typeof regionIds)[number], bend: Parameters<typeof aTransport>[1] = {}) {
    const { transport, requests } = aTransport(success, bend);
    const answer = await callCommerce(transport, { session: aSession({ region }), path: commercePath, body: {} });
    expect(answer).toEqual({ ok: true, value: { x: 1 } });
    expect(requests).toHaveLength(1);
    return requests[0] as Request;
  }

  it.each([
    ["cn", "https://jimeng.jianying.com", "ZH"],
    ["us", "https://commerce.us.capcut.com", "EN"],
    ["hk", "https://commerce-api-sg.capcut.com", "ZH-HANT-TW"],
    ["jp", "https://commerce-api-sg.capcut.com", "JA"],
    ["sg", "https://commerce-api-sg.capcut.com", "EN"],
  ] as const)("a commerce call in %s goes to that region's own host, without a query", async (region, origin, lan) => {
    const { url, headers } = await asked(region);
    expect(url).toBe(`${origin}${commercePath}`);
    expect(headers.get("lan")).toBe(lan);
  });

  it("a commerce call is signed and carries the session, but neither Loc nor App-Sdk-Version", async () => {
    const { headers } = await asked("sg");
    const deviceTime = start / 1000;
    const signed = sign({ path: commercePath, platform: "7", appVersion: "8.4.0", deviceId: "", deviceTime });
    expect(headers.get("sign")).toBe(signed);
    expect(headers.get("cookie")).toContain(`sessionid=${aSession().sessionId}`);
    expect(headers.has("loc")).toBe(false);
    expect(headers.has("app-sdk-version")).toBe(false);
  });

  it("a commerce call goes through the origin when one is set", async () => {
    const { url } = await asked("us", { origin: "http://127.0.0.1:9000" });
    expect(url).toBe(`http://127.0.0.1:9000/commerce.us.capcut.com${commercePath}`);
  });

  it("a commerce call that is refused is read like any other", async () => {
    const { transport } = aTransport(() => json({ ret: "34010105", errmsg: "login error", log_id: "1" }));
    const answer = await callCommerce(transport, { session: aSession(), path: commercePath, body: {} });
    expect(answer).toMatchObject({ ok: false, error: { answered: true, error: { code: "session_expired" } } });
  });
});

describe("the request", () => {
  it("a call is a POST of JSON that follows no redirect and is not aborted", async () => {
    const request = await sent();
    expect(request.method).toBe("POST");
    expect(await request.json()).toEqual({ submit_ids: ["a"] });
    expect(request.redirect).toBe("manual");
    expect(request.signal.aborted).toBe(false);
  });

  it("a call is made once, whatever its result", async () => {
    const { transport, requests } = aTransport(() => new Response("", { status: 503 }));
    await call(transport, aCall());
    expect(requests).toHaveLength(1);
  });
});

describe("an answer", () => {
  it.each([
    ["ret as text", { ret: "0", errmsg: "success", data: { x: 1 } }],
    ["ret as a number", { ret: 0, errmsg: "success", data: { x: 1 } }],
    ["an empty ret, no message and data", { ret: "", errmsg: "", data: { x: 1 } }],
    ["an empty ret, no errmsg at all and data", { ret: "", data: { x: 1 } }],
  ])("an answer with %s is a success", async (_what, body) => {
    expect(await answered(() => json(body))).toEqual({ ok: true, value: { x: 1 } });
  });

  it("an answer without data is a success without data", async () => {
    expect(await answered(() => json({ ret: "0", errmsg: "success" }))).toEqual({ ok: true, value: undefined });
  });

  it.each([
    [{ ret: "", errmsg: "", data: null }],
    [{ ret: "", errmsg: "something", data: { x: 1 } }],
    [{ ret: "-1", data: { x: 1 } }],
    [{ ret: 1006 }],
    [{ ret: "00", data: {} }],
  ])("the answer %j is a refusal", async (body) => {
    expect(await answered(() => json(body))).toMatchObject({ ok: false, error: { answered: true } });
  });

  it.each([
    ["refused-credits", { verdict: "session", error: { code: "insufficient_credits", upstream: { ret: "1006" } } }],
    ["refused-risk", { verdict: "session", error: { code: "risk_control", upstream: { ret: "4013" } } }],
    ["refused-parallel", { verdict: "full", error: { code: "rate_limited" } }],
    ["refused-punished", { verdict: "session", error: { code: "risk_control", upstream: { ret: "1018" } } }],
  ])("the refusal recorded in %s is read", async (name, failure) => {
    const answer = await answered(() => json(fixture(name).answer));
    expect(answer).toMatchObject({ ok: false, error: { answered: true, ...failure } });
  });

  it("a refusal keeps the upstream's text for the log", async () => {
    const answer = await answered(() =>
      json({ ret: "1", errmsg: "slow down", data: { fail_starling_message: "please" } }),
    );
    expect(answer).toMatchObject({ error: { text: "slow down · please" } });
  });

  it("a refusal with odd details is still a refusal", async () => {
    const answer = await answered(() => json({ ret: "1015", errmsg: null, data: [1, 2] }));
    expect(answer).toMatchObject({ error: { answered: true, error: { code: "session_expired" } } });
  });

  it("a refusal with its fail code as a number is read", async () => {
    const answer = await answered(() => json({ ret: "2", data: { fail_code: 1006 } }));
    expect(answer).toMatchObject({ error: { error: { code: "insufficient_credits" } } });
  });
});

describe("HTTP 429", () => {
  const wait = async (header?: string) => {
    const headers = new Headers(header === undefined ? {} : { "retry-after": header });
    const answer = await answered(() => new Response("<html>slow down</html>", { status: 429, headers }));
    expect(answer).toMatchObject({
      ok: false,
      error: { verdict: "again", answered: true, error: { code: "rate_limited" } },
    });
    return answer.ok ? undefined : answer.error.retryAfterSeconds;
  };

  it("an HTTP 429 answer has the seconds to wait", async () => {
    expect(await wait("30")).toBe(30);
    expect(await wait("1.2")).toBe(2);
  });

  it("an HTTP 429 answer may have the end of the wait as a date", async () => {
    expect(await wait("Sun, 22 Nov 2026 12:00:30 GMT")).toBe(30);
    expect(await wait("Sunday, 22-Nov-26 12:00:30 GMT")).toBe(30);
    expect(await wait("Mon, 23 Nov 2026 12:00:00 GMT")).toBe(600);
  });

  it.each([undefined, "0", "-5", "soon", "", "1 second", "Sun, 22 Nov 2026 11:59:30 GMT"])(
    "an HTTP 429 answer with Retry-After %j does not say how long to wait",
    async (header) => {
      expect(await wait(header)).toBeNull();
    },
  );

  it("an HTTP 429 answer never makes us wait longer than ten minutes", async () => {
    expect(await wait("1000000")).toBe(600);
  });
});

describe("no readable answer", () => {
  const lost = { ok: false, error: { verdict: "again", answered: false } };

  it.each([500, 502, 503, 504])(
    "an answer with HTTP %i is no readable answer: the upstream is unreachable",
    async (status) => {
      const answer = await answered(() => json({ ret: "0", data: {} }, { status }));
      expect(answer).toMatchObject({ ...lost, error: { answered: false, error: { code: "upstream_unreachable" } } });
    },
  );

  it.each([
    ["a page of HTML", () => new Response("<html>Please wait</html>")],
    ["nothing", () => new Response("")],
    ["broken JSON", () => new Response('{"ret":"0","da')],
    ["JSON without a verdict", () => json({ message: "success" })],
    ["a bare null", () => json(null)],
    ["a list", () => json([])],
    ["a ret that is neither text nor number", () => json({ ret: { code: 0 } })],
    ["a page of HTML with 403", () => new Response("<html>no</html>", { status: 403 })],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://example.com/login" } })],
  ])("an answer of %s is no readable answer: the upstream has changed", async (_what, answer) => {
    expect(await answered(answer)).toMatchObject({
      ...lost,
      error: { answered: false, error: { code: "upstream_changed" } },
    });
  });

  it("a connection that breaks is no readable answer", async () => {
    const answer = await answered(() => Promise.reject(new TypeError("fetch failed")));
    expect(answer).toMatchObject({
      ...lost,
      error: { error: { code: "upstream_unreachable" }, text: "TypeError: fetch failed" },
    });
  });

  it("a body that breaks off is no readable answer", async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error("cut")) });
    expect(await answered(() => new Response(body))).toMatchObject({
      ...lost,
      error: { error: { code: "upstream_unreachable" } },
    });
  });

  it("only the beginning of a long page is kept for the log", async () => {
    const answer = await answered(() => new Response("x".repeat(100_000)));
    expect(answer.ok ? 0 : answer.error.text.length).toBeLessThan(300);
  });
});
