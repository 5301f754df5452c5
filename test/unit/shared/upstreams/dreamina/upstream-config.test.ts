import { describe, expect, it } from "vitest";
import { AppError } from "#shared/errors.ts";
import { findModel } from "#shared/upstreams/dreamina/models.ts";
import { overriddenNames } from "#shared/upstreams/dreamina/overrides.ts";
import { defaultUpstreamConfig, upstreamConfigFrom } from "#shared/upstreams/dreamina/upstream-config.ts";

describe("without overrides", () => {
  it("without overrides the facts are the built-in ones", () => {
    expect(upstreamConfigFrom(undefined)).toBe(defaultUpstreamConfig);
    expect(upstreamConfigFrom({})).toEqual(defaultUpstreamConfig);
    expect(overriddenNames(undefined)).toEqual([]);
    expect(overriddenNames({})).toEqual([]);
  });
});

describe("an override", () => {
  it("an override of a version replaces it and leaves the others", () => {
    const { versions } = upstreamConfigFrom({
      versions: { draft: "3.4.0", clientHints: { "sec-ch-ua-mobile": "?1" } },
    });
    expect(versions).toEqual({
      ...defaultUpstreamConfig.versions,
      draft: "3.4.0",
      clientHints: { ...defaultUpstreamConfig.versions.clientHints, "sec-ch-ua-mobile": "?1" },
    });
  });

  it("an override of a region's field replaces it there and nowhere else", () => {
    const { regions } = upstreamConfigFrom({ regions: { us: { apiHost: "dreamina-api-us-ttp2.us.capcut.com" } } });
    expect(regions).toEqual({
      ...defaultUpstreamConfig.regions,
      us: { ...defaultUpstreamConfig.regions.us, apiHost: "dreamina-api-us-ttp2.us.capcut.com" },
    });
  });

  it("an override may name headers that every call carries", () => {
    expect(upstreamConfigFrom({ headers: { "X-Platform": "pc" } }).headers).toEqual({ "X-Platform": "pc" });
  });

  it("an override of a model's row changes what it names and adds clusters to its keys", () => {
    const { models } = upstreamConfigFrom({
      models: [{ id: "dreamina-4.7", keys: { us: "high_aes_general_v43" }, maxInputs: 6 }],
    });
    const before = findModel(defaultUpstreamConfig.models, "dreamina-4.7");
    const key = "high_aes_general_v43";
    expect(findModel(models, "dreamina-4.7")).toEqual({ ...before, maxInputs: 6, keys: { cn: key, us: key, sg: key } });
  });

  it("an override may take a model away from a cluster", () => {
    const { models } = upstreamConfigFrom({ models: [{ id: "dreamina-4.7", keys: { cn: null } }] });
    expect(Object.keys(findModel(models, "dreamina-4.7")?.keys ?? {})).toEqual(["sg"]);
    expect(models.length).toBe(defaultUpstreamConfig.models.length);
  });

  it("an override with a new id is a new model, first in the list and like those of version 4", () => {
    const { models } = upstreamConfigFrom({ models: [{ id: "dreamina-5.5", name: "Image 5.5", keys: { cn: "v55" } }] });
    expect(models[0]).toMatchObject({
      id: "dreamina-5.5",
      name: "Image 5.5",
      keys: { cn: "v55" },
      resolutions: ["1k", "2k", "4k"],
      counts: [1, 2, 3, 4, 5, 6, 7, 8],
      defaultCount: 4,
      maxInputs: 10,
      intelligentRatio: true,
    });
    expect(findModel(models, "jimeng-5.5")).toBe(models[0]);
    expect(findModel(models, "V55")).toBe(models[0]);
    expect(models.slice(1)).toEqual(defaultUpstreamConfig.models);
  });

  it("an override of a new model without a name calls it by its id", () => {
    expect(upstreamConfigFrom({ models: [{ id: "dreamina-6", keys: { us: "v6" } }] }).models[0]?.name).toBe(
      "dreamina-6",
    );
  });

  it("an override leaves the built-in facts as they are", () => {
    const before = JSON.stringify(defaultUpstreamConfig);
    upstreamConfigFrom({ versions: { web: "8" }, models: [{ id: "dreamina-4.5", maxInputs: 1 }], headers: { a: "b" } });
    expect(JSON.stringify(defaultUpstreamConfig)).toBe(before);
  });
});

describe("an invalid override", () => {
  const faultOf = (overrides: Record<string, unknown>): AppError => {
    try {
      upstreamConfigFrom(overrides);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error("it was taken");
  };

  it.each([
    [{ version: {} }, "version is not known"],
    [{ versions: { da_version: "1" } }, "versions.da_version is not known"],
    [{ versions: { draft: 3 } }, "versions.draft"],
    [{ versions: { draft: "" } }, "versions.draft"],
    [{ versions: { userAgent: "a\r\nCookie: b" } }, "versions.userAgent must be printable ASCII"],
    [{ versions: { clientHints: { "sec-ch": "x" } } }, "versions.clientHints.sec-ch is not known"],
    [{ regions: { eu: {} } }, "regions.eu is not known"],
    [{ regions: { us: { id: "cn" } } }, "regions.us.id is not known"],
    [{ regions: { us: { cluster: "cn" } } }, "regions.us.cluster is not known"],
    [{ regions: { us: { host: "a.example" } } }, "regions.us.host is not known"],
    [{ regions: { us: { apiHost: "https://a.example" } } }, "regions.us.apiHost must be a host name"],
    [{ regions: { us: { apiHost: "a.example/path" } } }, "regions.us.apiHost must be a host name"],
    [{ regions: { us: { imagexHost: "user@a.example" } } }, "regions.us.imagexHost must be a host name"],
    [{ regions: { us: { commerceHost: "a.example:8080" } } }, "regions.us.commerceHost must be a host name"],
    [{ regions: { us: { commerceHost: "" } } }, "regions.us.commerceHost must be a host name"],
    [{ regions: { us: { siteOrigin: "http://a.example" } } }, "regions.us.siteOrigin must be an https origin"],
    [{ regions: { us: { storeCookies: { a: "b\r\nc" } } } }, "regions.us.storeCookies.a must be printable ASCII"],
    [{ headers: { "X Y": "1" } }, "headers.X Y"],
    [{ headers: { X: "1\r\n2" } }, "headers.X must be printable ASCII"],
    [{ headers: { X: 1 } }, "headers.X"],
    [{ models: {} }, "models"],
    [{ models: [{}] }, "models.0.id"],
    [{ models: [{ id: "raw:x", keys: { cn: "x" } }] }, "models.0.id"],
    [{ models: [{ id: "dreamina-5.5" }] }, "models.dreamina-5.5.keys must name"],
    [{ models: [{ id: "dreamina-5.5", keys: {} }] }, "models.dreamina-5.5.keys must name"],
    [{ models: [{ id: "dreamina-5.5", keys: { eu: "x" } }] }, "models.0.keys.eu is not known"],
    [{ models: [{ id: "dreamina-5.5", keys: { cn: "a b" } }] }, "models.0.keys.cn must be a model key"],
    [{ models: [{ id: "dreamina-4.5", resolutions: ["8k"] }] }, "models.0.resolutions.0"],
    [{ models: [{ id: "dreamina-4.5", resolutions: [] }] }, "models.0.resolutions"],
    [{ models: [{ id: "dreamina-4.5", counts: [1, 2] }] }, "models.dreamina-4.5.defaultCount is not among its counts"],
    [{ models: [{ id: "dreamina-4.5", counts: [9] }] }, "models.0.counts.0"],
    [{ models: [{ id: "dreamina-4.5", upstreamKey: "x" }] }, "models.0.upstreamKey is not known"],
    [{ models: [{ id: "dreamina-4.5", creditsPerImage: { "8k": 1 } }] }, "models.0.creditsPerImage"],
    [{ models: [{ id: "jimeng-4.5", keys: { cn: "x" } }] }, '"jimeng-4.5" is the name of two models'],
    [{ models: [{ id: "dreamina-6", keys: { cn: "high_aes_general_v40l" } }] }, "is the name of two models"],
  ])("the override %j is refused: %s", (overrides, words) => {
    const fault = faultOf(overrides);
    expect(fault.code).toBe("internal");
    expect(fault.message).toContain("UPSTREAM_OVERRIDES");
    expect(fault.message).toContain(words);
  });

  it("one error about overrides names every fault", () => {
    const { message } = faultOf({ versions: { draft: "" }, regions: { us: { apiHost: "x y" } }, other: 1 });
    expect(message).toMatch(/versions\.draft.*; .*regions\.us\.apiHost.*; .*other is not known/);
  });

  it("the error about an override does not repeat its values", () => {
    const { message } = faultOf({ headers: { "X-Key": "secret-öne" }, regions: { us: { apiHost: "secret two" } } });
    expect(message).not.toContain("secret");
  });
});

describe("the names of replaced values", () => {
  it("the names of replaced values are paths, without values", () => {
    const names = overriddenNames({
      versions: { draft: "3.4.0", clientHints: { "sec-ch-ua-mobile": "?1" } },
      regions: { us: { apiHost: "a.example", storeCookies: { a: "secret" } }, sg: { lan: "en" } },
      headers: { "X-Relay-Key": "secret" },
      models: [
        { id: "dreamina-5.5", keys: { cn: "v55" } },
        { id: "dreamina-4.5", maxInputs: 6, counts: [4] },
      ],
    });
    expect(names).toEqual([
      "versions.draft",
      "versions.clientHints",
      "regions.us.apiHost",
      "regions.us.storeCookies",
      "regions.sg.lan",
      "headers.X-Relay-Key",
      "models.dreamina-5.5.keys",
      "models.dreamina-4.5.counts",
      "models.dreamina-4.5.maxInputs",
    ]);
  });
});
