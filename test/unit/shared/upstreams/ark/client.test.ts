import { describe, expect, it } from "vitest";
import { createArk } from "#shared/upstreams/ark/client.ts";
import { aCredential, aTransport, secret } from "./support.ts";

describe("the models of a key", () => {
  const listed = async (answer: () => Response | Promise<Response>) => {
    const { transport, requests } = aTransport(answer);
    return { result: await createArk(transport).models(aCredential()), requests };
  };

  it("the models are those of the cloud that are not shut down", async () => {
    const data = [
      { id: "a", status: "Shutdown" },
      { id: "b", status: "Retiring" },
      { id: "c" },
      { id: "d", status: "Retired" },
      { id: "e", status: null, domain: "Image" },
    ];
    const { result, requests } = await listed(() => Response.json({ object: "list", data }));
    expect(result).toEqual({ ok: true, value: ["b", "c", "e"] });
    expect(requests[0]).toMatchObject({ method: "GET", redirect: "manual" });
    expect(requests[0]?.url).toBe("https://ark.ap-southeast.bytepluses.com/api/v3/models");
    expect(requests[0]?.headers.get("authorization")).toBe(`Bearer ${secret}`);
  });

  it.each<[string, () => Response | Promise<Response>, object]>([
    [
      "401 with an error of Ark",
      () => Response.json({ error: { code: "AuthenticationError", message: secret } }, { status: 401 }),
      { verdict: "session", answered: true, error: { code: "key_refused" } },
    ],
    [
      "an empty 404",
      () => new Response(null, { status: 404 }),
      { verdict: "again", error: { code: "upstream_changed" } },
    ],
    ["another form", () => Response.json({ models: [] }), { answered: false, error: { code: "upstream_changed" } }],
    ["503", () => new Response(secret, { status: 503 }), { verdict: "again", error: { code: "upstream_unreachable" } }],
    [
      "a broken connection",
      () => Promise.reject(new Error(secret)),
      { verdict: "again", answered: false, error: { code: "upstream_unreachable" } },
    ],
  ])("%s is a failure without the key", async (_what, answer, expected) => {
    const { result, requests } = await listed(answer);
    expect(result).toMatchObject({ ok: false, error: expected });
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(requests).toHaveLength(1);
  });
});

describe("a download", () => {
  const url = "https://ark-acg-cn-beijing.tos-cn-beijing.volces.com/a.jpeg?X-Tos-Expires=86400";

  it("an image is fetched by GET, without the key and without compression", async () => {
    const { transport, requests } = aTransport(() => new Response("bytes"));
    const answer = await createArk(transport).download(url);
    if (!answer.ok) throw new Error("no image");
    expect(await answer.value.text()).toBe("bytes");
    expect(requests[0]).toMatchObject({ method: "GET", url });
    expect(Object.fromEntries(requests[0]?.headers ?? [])).toEqual({ "accept-encoding": "identity" });
  });

  it.each<[string, string, () => Response | Promise<Response>]>([
    ["403", url, () => new Response("expired", { status: 403 })],
    ["a broken connection", url, () => Promise.reject(new Error("reset"))],
    ["a link that is none", "not a link", () => new Response("bytes")],
  ])("%s is a failure that may pass", async (_what, link, answer) => {
    const { transport } = aTransport(answer);
    const failure = { verdict: "again", answered: false, error: { code: "upstream_unreachable" } };
    expect(await createArk(transport).download(link)).toMatchObject({ ok: false, error: failure });
  });
});
