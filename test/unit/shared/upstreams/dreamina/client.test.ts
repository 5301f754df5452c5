import { describe, expect, it } from "vitest";
import { createUpstream } from "#shared/upstreams/dreamina/client.ts";
import { aJob, aSession, aTransport, fixture } from "#test/support/upstream.ts";

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);
const data = (value: unknown) => () => json({ ret: "0", errmsg: "success", data: value });
const upstreamThat = (answer: () => Response | Promise<Response>) => {
  const { transport, requests } = aTransport(answer);
  return { upstream: createUpstream(transport), requests };
};
const record = () => fixture("record-running").record as Record<string, unknown>;

describe("submit", () => {
  it("a submit sends the draft to the generate call, with its own query", async () => {
    const { upstream, requests } = upstreamThat(() => json(fixture("accepted").answer));
    await upstream.submit(aSession(), aJob());
    expect(requests).toHaveLength(1);
    const url = new URL(requests[0]?.url ?? "");
    expect(url.pathname).toBe("/mweb/v1/aigc_draft/generate");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      os: "windows",
      web_component_open_flag: "1",
      commerce_with_input_video: "1",
    });
    expect(await requests[0]?.json()).toMatchObject({ submit_id: aJob().submitId });
  });

  it("a submit that is accepted gives the history id and the forecast", async () => {
    const { upstream } = upstreamThat(() => json(fixture("accepted").answer));
    expect(await upstream.submit(aSession(), aJob())).toEqual({
      ok: true,
      value: { historyId: "7897100000001", forecastSeconds: 23, planned: null },
    });
  });

  it.each([null, {}, { aigc_data: null }, { aigc_data: { status: 20 } }])(
    "a submit answered without a job (%j) is accepted: the job is found by the id we chose",
    async (value) => {
      const { upstream } = upstreamThat(data(value));
      expect(await upstream.submit(aSession(), aJob())).toEqual({
        ok: true,
        value: { historyId: null, forecastSeconds: null, planned: null },
      });
    },
  );
});

describe("continueJob", () => {
  it("a continue sends the body of the submit and the history id of the job", async () => {
    const { upstream, requests } = upstreamThat(() => json(fixture("accepted").answer));
    const job = aJob({ count: 8 });
    await upstream.submit(aSession(), job);
    expect(await upstream.continueJob(aSession(), job, "7897100000001")).toMatchObject({
      ok: true,
      value: { historyId: "7897100000001" },
    });
    const [first, second] = await Promise.all(requests.map((request) => request.clone().json()));
    expect(second).toEqual({ ...(first as object), action: 2, history_id: "7897100000001" });
    expect(new URL(requests[1]?.url ?? "").pathname).toBe("/mweb/v1/aigc_draft/generate");
  });

  it("a refused continue has its reason", async () => {
    const { upstream } = upstreamThat(() => json({ ret: "1000", errmsg: "invalid parameter", data: null }));
    const answer = await upstream.continueJob(aSession(), aJob(), "1");
    expect(answer).toMatchObject({ ok: false, error: { answered: true, error: { code: "invalid_value" } } });
  });
});

describe("cancel", () => {
  it("a cancel names the job by its history id", async () => {
    const { upstream, requests } = upstreamThat(data({}));
    expect(await upstream.cancel(aSession(), "7897100000001")).toEqual({ ok: true, value: null });
    expect(new URL(requests[0]?.url ?? "").pathname).toBe("/mweb/v1/aigc_draft/cancel_generate");
    expect(await requests[0]?.json()).toEqual({ history_id: "7897100000001" });
  });

  it("a refused or lost cancel is a failure", async () => {
    const refused = upstreamThat(() => json({ ret: "1000", data: null })).upstream;
    expect(await refused.cancel(aSession(), "1")).toMatchObject({ ok: false, error: { answered: true } });
    const lost = upstreamThat(() => Promise.reject(new TypeError("fetch failed"))).upstream;
    expect(await lost.cancel(aSession(), "1")).toMatchObject({ ok: false, error: { answered: false } });
  });
});

describe("balance and claim", () => {
  it("a balance and a claim call the commerce host, the claim for the day of Beijing", async () => {
    const { upstream, requests } = upstreamThat(data({ credit: { gift_credit: 1 }, receive_quota: 66 }));
    expect((await upstream.balance(aSession())).ok).toBe(true);
    expect(await upstream.claim(aSession())).toEqual({ ok: true, value: { received: 66, total: null } });
    expect(requests.map(({ url }) => url)).toEqual([
      "https://commerce-api-sg.capcut.com/commerce/v1/benefits/user_credit",
      "https://commerce-api-sg.capcut.com/commerce/v1/benefits/credit_receive",
    ]);
    expect(await requests[0]?.json()).toEqual({});
    expect(await requests[1]?.json()).toEqual({ time_zone: "Asia/Shanghai" });
  });

  it.each(["already received", "今日积分已领取"])(
    "a refusal that says so (%s) is a claim made before",
    async (errmsg) => {
      const { upstream } = upstreamThat(() => json({ ret: "987654", errmsg, data: null }));
      expect(await upstream.claim(aSession())).toEqual({ ok: true, value: { received: 0, total: null } });
    },
  );

  it("a claim whose refusal is known, or says nothing of it, fails", async () => {
    for (const refusal of [
      { ret: "1015", errmsg: "already received" },
      { ret: "987654", errmsg: "system busy" },
    ]) {
      const { upstream } = upstreamThat(() => json({ ...refusal, data: null }));
      expect((await upstream.claim(aSession())).ok).toBe(false);
    }
  });

  it.each([null, "text", [], { credit: 7 }])("a balance answered with %j cannot be read", async (value) => {
    const answer = await upstreamThat(data(value)).upstream.balance(aSession());
    expect(answer).toMatchObject({ ok: false, error: { answered: false, error: { code: "upstream_changed" } } });
  });

  it("a failure never shows the session, even if the upstream repeats it", async () => {
    const { sessionId } = aSession();
    const { upstream } = upstreamThat(() => json({ ret: "987654", errmsg: `no ${sessionId}`, data: null }));
    for (const answer of [
      await upstream.balance(aSession()),
      await upstream.claim(aSession()),
      await upstream.cancel(aSession(), "1"),
      await upstream.continueJob(aSession(), aJob(), "1"),
    ]) {
      expect(answer.ok).toBe(false);
      expect(JSON.stringify(answer)).not.toContain(sessionId);
    }
  });
});

describe("poll", () => {
  const named = (submitIds: string[]) => submitIds.map((submitId) => ({ submitId, asked: null }));

  it("a poll asks for all ids in one call and keeps their records apart", async () => {
    const failed = fixture("record-refused").record;
    const { upstream, requests } = upstreamThat(data({ a: record(), b: failed, other: record() }));
    const answer = await upstream.poll(aSession(), named(["a", "b", "c"]));
    expect(requests).toHaveLength(1);
    expect(await requests[0]?.json()).toEqual({ submit_ids: ["a", "b", "c"] });
    const looks = answer.ok ? answer.value : new Map();
    expect([...looks.keys()]).toEqual(["a", "b"]);
    expect(looks.get("a")).toMatchObject({ ok: true, value: { kind: "generating" } });
    expect(looks.get("b")).toMatchObject({ ok: true, value: { kind: "failed" } });
  });

  it.each([null, {}])("a poll answered with %j knows none of the jobs", async (value) => {
    const answer = await upstreamThat(data(value)).upstream.poll(aSession(), named(["a"]));
    expect(answer).toEqual({ ok: true, value: new Map() });
  });

  it("a poll with null for a record does not know that job", async () => {
    const answer = await upstreamThat(data({ a: null })).upstream.poll(aSession(), named(["a"]));
    expect(answer).toEqual({ ok: true, value: new Map() });
  });

  it.each(["text", 7, [1]])("a poll answered with %j cannot be read", async (value) => {
    const answer = await upstreamThat(data(value)).upstream.poll(aSession(), named(["a"]));
    expect(answer).toMatchObject({ ok: false, error: { answered: false, error: { code: "upstream_changed" } } });
  });

  it("a poll with one record that cannot be read still gives the others", async () => {
    const answer = await upstreamThat(data({ a: "odd", b: record() })).upstream.poll(aSession(), named(["a", "b"]));
    const looks = answer.ok ? answer.value : new Map();
    expect(looks.get("a")).toMatchObject({ ok: false, error: { error: { code: "upstream_changed" } } });
    expect(looks.get("b")).toMatchObject({ ok: true });
  });
});

describe("download", () => {
  const url = "https://images.example.com/0?x-expires=1";

  it("a download fetches the link as it is, without cookie or authorization", async () => {
    const { upstream, requests } = upstreamThat(() => new Response("png"));
    const answer = await upstream.download(url);
    expect(requests[0]).toMatchObject({ url, method: "GET" });
    expect(requests[0]?.headers.has("cookie")).toBe(false);
    expect(requests[0]?.headers.has("authorization")).toBe(false);
    expect(answer.ok && (await answer.value.text())).toBe("png");
  });

  it.each([403, 404, 429, 500])("a download answered with HTTP %i may be repeated", async (status) => {
    const answer = await upstreamThat(() => new Response("no", { status })).upstream.download(url);
    expect(answer).toMatchObject({ ok: false, error: { verdict: "again", error: { code: "upstream_unreachable" } } });
  });

  it.each(["not a link", "http://"])("a download of the broken link %j returns a failure", async (broken) => {
    expect((await upstreamThat(() => new Response()).upstream.download(broken)).ok).toBe(false);
  });

  it("a download whose connection breaks returns a failure", async () => {
    const { upstream } = upstreamThat(() => Promise.reject(new TypeError("fetch failed")));
    expect((await upstream.download(url)).ok).toBe(false);
  });
});
