import { describe, expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import { clusters, regions } from "#shared/upstreams/dreamina/region.ts";

describe("a region", () => {
  it.each([
    [
      "cn",
      "jimeng.jianying.com",
      "jimeng.jianying.com",
      "imagex.bytedanceapi.com",
      "tb4s082cfz",
      "service_id",
      "cn-north-1",
      513695,
    ],
    [
      "us",
      "dreamina-api.us.capcut.com",
      "commerce.us.capcut.com",
      "imagex16-normal-us-ttp.capcutapi.us",
      "wopfjsm1ax",
      "space_name",
      "us-east-1",
      513641,
    ],
    ...(["hk", "jp", "sg"] as const).map(
      (id) =>
        [
          id,
          "mweb-api-sg.capcut.com",
          "commerce-api-sg.capcut.com",
          "imagex-normal-sg.capcutapi.com",
          "wopfjsm1ax",
          "space_name",
          "ap-southeast-1",
          513641,
        ] as const,
    ),
  ] as const)("the region %s has its own hosts and ids", (id, ...values) => {
    const { apiHost, commerceHost, imagexHost, imagexServiceId, serviceIdField, signingRegion, appId } = regions[id];
    expect([apiHost, commerceHost, imagexHost, imagexServiceId, serviceIdField, signingRegion, appId]).toEqual(values);
  });

  it.each(regionIds)("the region %s is known by its own name and belongs to a cluster", (id) => {
    expect(regions[id].id).toBe(id);
    expect(clusters).toContain(regions[id].cluster);
  });

  it("a region sends its language in upper case to the commerce host", () => {
    expect(regionIds.map((id) => regions[id].commerceLan)).toEqual(["ZH", "EN", "ZH-HANT-TW", "JA", "EN"]);
  });

  it("only the Chinese region checks uploads, claims gifts and sends a web id", () => {
    expect(regionIds.filter((id) => regions[id].checksUploads)).toEqual(["cn"]);
    expect(regionIds.filter((id) => regions[id].claimsGift)).toEqual(["cn"]);
    expect(regionIds.filter((id) => regions[id].sendsWebId)).toEqual(["cn"]);
  });

  it("only the regions outside China send that an upload comes from the web", () => {
    expect(regionIds.filter((id) => regions[id].applyQuery.device_platform === "web")).toEqual([
      "us",
      "hk",
      "jp",
      "sg",
    ]);
  });
});
