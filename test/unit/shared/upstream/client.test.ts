import { describe, expect, it } from "vitest";
import { createUpstream } from "../../../../shared/upstream/client.ts";
import { aJob, aSession, aWire, fixture } from "../../../support/upstream.ts";

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);
const data = (value: unknown) => () => json({ ret: "0", errmsg: "success", data: value });
const upstreamThat = (answer: () => Response | Promise<Response>) => {
  const { wire, requests } = aWire(answer);
  return { upstream: createUpstream(wire), requests };
};
const record = () => fixture("record-running").record as Record<string, unknown>;

describe("submit", () => {
  it("sends the draft to the generate call, with its own query", async () => {
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

  it("is accepted", async () => {
    const { upstream } = upstreamThat(() => json(fixture("accepted").answer));
    expect(await upstream.submit(aSession(), aJob())).toEqual({
      ok: true,
      value: { historyId: "7897100000001", forecastSeconds: 23, planned: null },
    });
  });

  it.each([null, {}, { aigc_data: null }, { aigc_data: { status: 20 } }])(
    "with a success that names no job (%j) is accepted: the job is found by the id we chose",
    async (value) => {
      const { upstream } = upstreamThat(data(value));
      expect(await upstream.submit(aSession(), aJob())).toEqual({
        ok: true,
        value: { historyId: null, forecastSeconds: null, planned: null },
      });
    },
  );
});

describe("look", () => {
  it("asks for all ids in one call and keeps them apart", async () => {
    const failed = fixture("record-refused").record;
    const { upstream, requests } = upstreamThat(data({ a: record(), b: failed, other: record() }));
    const answer = await upstream.look(aSession(), ["a", "b", "c"]);
    expect(requests).toHaveLength(1);
    expect(await requests[0]?.json()).toEqual({ submit_ids: ["a", "b", "c"] });
    const looks = answer.ok ? answer.value : new Map();
    expect([...looks.keys()]).toEqual(["a", "b"]);
    expect(looks.get("a")).toMatchObject({ ok: true, value: { kind: "generating" } });
    expect(looks.get("b")).toMatchObject({ ok: true, value: { kind: "failed" } });
  });

  it.each([null, {}])("with %j for an answer knows none of them", async (value) => {
    const answer = await upstreamThat(data(value)).upstream.look(aSession(), ["a"]);
    expect(answer).toEqual({ ok: true, value: new Map() });
  });

  it("with null for a record does not know that one", async () => {
    const answer = await upstreamThat(data({ a: null })).upstream.look(aSession(), ["a"]);
    expect(answer).toEqual({ ok: true, value: new Map() });
  });

  it.each(["text", 7, [1]])("with %j for data could not be read", async (value) => {
    const answer = await upstreamThat(data(value)).upstream.look(aSession(), ["a"]);
    expect(answer).toMatchObject({ ok: false, error: { answered: false, error: { code: "upstream_changed" } } });
  });

  it("with one record that cannot be read still gives the others", async () => {
    const answer = await upstreamThat(data({ a: "odd", b: record() })).upstream.look(aSession(), ["a", "b"]);
    const looks = answer.ok ? answer.value : new Map();
    expect(looks.get("a")).toMatchObject({ ok: false, error: { error: { code: "upstream_changed" } } });
    expect(looks.get("b")).toMatchObject({ ok: true });
  });
});

describe("download", () => {
  const url = "https://pictures.example.com/0?x-expires=1";

  it("fetches the link as it is, without cookie or authorization", async () => {
    const { upstream, requests } = upstreamThat(() => new Response("png"));
    const answer = await upstream.download(url);
    expect(requests[0]).toMatchObject({ url, method: "GET" });
    expect(requests[0]?.headers.has("cookie")).toBe(false);
    expect(requests[0]?.headers.has("authorization")).toBe(false);
    expect(answer.ok && (await answer.value.text())).toBe("png");
  });

  it.each([403, 404, 429, 500])("with HTTP %i may be tried again", async (status) => {
    const answer = await upstreamThat(() => new Response("no", { status })).upstream.download(url);
    expect(answer).toMatchObject({ ok: false, error: { verdict: "again", error: { code: "upstream_unreachable" } } });
  });

  it.each(["not a link", "http://"])("of %j fails as a value", async (broken) => {
    expect((await upstreamThat(() => new Response()).upstream.download(broken)).ok).toBe(false);
  });

  it("that breaks fails as a value", async () => {
    const { upstream } = upstreamThat(() => Promise.reject(new TypeError("fetch failed")));
    expect((await upstream.download(url)).ok).toBe(false);
  });
});
