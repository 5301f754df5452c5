import { describe, expect, it } from "vitest";
import { type SignedFields, sign } from "#shared/upstreams/dreamina/sign.ts";

const aRequest = (bend: Partial<SignedFields> = {}): SignedFields => ({
  path: "/mweb/v1/aigc_draft/generate",
  platform: "7",
  appVersion: "8.4.0",
  deviceId: "",
  deviceTime: 1771893826,
  ...bend,
});

describe("the signature", () => {
  // Captured values: China 2026-02 and Singapore 2026-04; the later ones published by two clients of 2026-09/10.
  it.each([
    ["/mweb/v1/aigc_draft/generate", 1771893826, "19724735691862919106b8c4808a6ce7"],
    ["/mweb/v1/aigc_draft/generate", 1775014539, "4a90b17caf48c79bae9e8020b32ea281"],
    ["/mweb/v1/aigc_draft/generate", 1790786145, "2533662377211f0653b7759901657a92"],
    ["/mweb/v1/aigc_draft/generate", 1789742348, "103979f37bb61af3a5a6d0a53f9e5992"],
    ["/mweb/v1/get_history_by_ids", 1771893831, "656c1e00cf94dfd5bcfaf031e32493e4"],
    ["/mweb/v1/get_history_by_ids", 1775014542, "163dafe6516dbcdd9f7fe46fdd1ae870"],
    ["/mweb/v1/get_history_queue_info", 1775014540, "1ed4a5ac1183e1144e81b037541c541e"],
    ["/mweb/v1/get_upload_token", 1789746355, "166eea62cb5dfc9c50fbcd5382d194fe"],
    ["/commerce/v1/benefits/user_credit", 1775014539, "cfa29a6fb90cca547866023306b84094"],
    ["/commerce/v1/benefits/user_credit_history", 1775014559, "1b012e4a0f0a186ce675b41f7d7dcc04"],
  ])("the signature of %s at %i is the captured one", (path, deviceTime, expected) => {
    expect(sign(aRequest({ path, deviceTime }))).toBe(expected);
  });

  it("the signature covers the last seven characters of the path only", () => {
    expect(sign(aRequest({ path: "/elsewhere/enerate" }))).toBe(sign(aRequest()));
    expect(sign(aRequest({ path: "/mweb/v1/aigc_draft/generat" }))).not.toBe(sign(aRequest()));
  });

  it.each([{ platform: "1" }, { appVersion: "8.4.1" }, { deviceId: "7" }, { deviceTime: 1771893827 }])(
    "the signature covers %j",
    (bend) => {
      expect(sign(aRequest(bend))).not.toBe(sign(aRequest()));
    },
  );
});
