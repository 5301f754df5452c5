import { describe, expect, it } from "vitest";
import { type RegionId, regionIds } from "#shared/region-ids.ts";
import type { UploadFile } from "#shared/upstreams/connection.ts";
import { callsPerUpload } from "#shared/upstreams/dreamina/limits.ts";
import { createUploader } from "#shared/upstreams/dreamina/upload.ts";
import { start } from "#test/support/task.ts";
import { aSession, aTransport } from "#test/support/upstream.ts";

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);
const granted = (data: unknown) => json({ ret: "0", errmsg: "success", data });

const keys = {
  access_key_id: "AKTPEXAMPLEKEY000001",
  secret_access_key: "exampleSecret/Key+000001==",
  session_token: "STS2exampleSessionToken0001",
  space_name: "wopfjsm1ax",
  service_id: "tb4s082cfz",
};
const uri = "tos-alisg-i-wopfjsm1ax-sg/0123456789abcdef0123456789abcdef";
const place = (bend: object = {}) => ({
  UploadAddress: {
    StoreInfos: [{ StoreUri: uri, Auth: "SpaceKey/wopfjsm1ax/1/opaque", UploadID: "1" }],
    UploadHosts: ["tos-d-x-lq.bytedancevod.com"],
    SessionKey: "c2Vzc2lvbi1rZXk=",
    ...bend,
  },
});
const stored = {
  Results: [{ Uri: uri, UriStatus: 2000 }],
  PluginResult: [{ SourceUri: uri, ImageUri: uri, ImageWidth: 1024, ImageHeight: 768, ImageFormat: "png" }],
};

type Step = "token" | "apply" | "bytes" | "commit" | "check";
const stepOf = ({ method, url }: Request): Step => {
  if (url.includes("/mweb/v1/get_upload_token")) return "token";
  if (url.includes("/mweb/v1/algo_proxy")) return "check";
  if (url.includes("/upload/v1/")) return "bytes";
  return method === "GET" ? "apply" : "commit";
};
const usual: Record<Step, () => Response | Promise<Response>> = {
  token: () => granted(keys),
  apply: () => json({ ResponseMetadata: { RequestId: "1" }, Result: place() }),
  bytes: () => json({ code: 2000, message: "Success" }),
  commit: () => json({ ResponseMetadata: { RequestId: "2" }, Result: stored }),
  check: () => granted({}),
};

const image = "not really an image";
const aFile = (bend: Partial<UploadFile> = {}): UploadFile => ({
  bytes: image.length,
  crc32: "cbf43926",
  body: async () => new Blob([image]).stream(),
  ...bend,
});

/** An uploader whose upstream answers as usual, except for these steps. */
function stage(answers: Partial<typeof usual> = {}, transportBend: Parameters<typeof aTransport>[1] = {}) {
  const steps: Step[] = [];
  const { transport, requests } = aTransport((request) => {
    const step = stepOf(request);
    steps.push(step);
    return { ...usual, ...answers }[step]();
  }, transportBend);
  return { upload: createUploader(transport), steps, requests };
}

/** The request of one step of a successful upload. */
async function sent(step: Step, region: RegionId = "sg", transportBend: Parameters<typeof aTransport>[1] = {}) {
  const { upload, steps, requests } = stage({}, transportBend);
  expect((await upload(aSession({ region }), aFile())).ok).toBe(true);
  const request = requests[steps.indexOf(step)];
  if (request === undefined) throw new Error(`${step} was not asked for`);
  return request;
}

describe("an upload", () => {
  it.each(regionIds)(
    "an upload in %s takes its steps in order, within the promised number of calls",
    async (region) => {
      const { upload, steps } = stage();
      expect(await upload(aSession({ region }), aFile())).toEqual({
        ok: true,
        value: { uri, width: 1024, height: 768, format: "png" },
      });
      const all: Step[] = ["token", "apply", "bytes", "commit"];
      expect(steps).toEqual(region === "cn" ? [...all, "check"] : all);
      expect(steps.length).toBeLessThanOrEqual(callsPerUpload);
    },
  );

  it("an upload whose commit gives no size and format has none", async () => {
    const { upload } = stage({ commit: () => json({ Result: { Results: stored.Results } }) });
    expect(await upload(aSession(), aFile())).toEqual({ ok: true, value: { uri, width: 0, height: 0, format: "" } });
  });

  it("an upload through an origin asks every host there, and signs as for the real one", async () => {
    const origin = "http://127.0.0.1:9000";
    const relayed = (step: Step) => sent(step, "sg", { origin });
    expect((await relayed("token")).url).toMatch(/^http:\/\/127\.0\.0\.1:9000\/mweb-api-sg\.capcut\.com\/mweb\//);
    expect((await relayed("apply")).url).toMatch(/^http:\/\/127\.0\.0\.1:9000\/imagex-normal-sg\.capcutapi\.com\/\?/);
    expect((await relayed("bytes")).url).toBe(`${origin}/tos-d-x-lq.bytedancevod.com/upload/v1/${uri}`);
    const [direct, through] = [await sent("commit"), await relayed("commit")];
    expect(through.headers.get("authorization")).toBe(direct.headers.get("authorization"));
  });
});

describe("the token", () => {
  it("the token is asked for as for an image, with the session", async () => {
    const request = await sent("token");
    expect(await request.json()).toEqual({ scene: 2 });
    expect(request.headers.get("cookie")).toContain(aSession().sessionId);
  });

  it("the token serves one session's next uploads, and no other session's", async () => {
    const { upload, steps } = stage();
    await upload(aSession(), aFile());
    await upload(aSession(), aFile());
    expect(steps.filter((step) => step === "token")).toHaveLength(1);
    await upload(aSession({ region: "us" }), aFile());
    await upload(aSession({ sessionId: "another-session" }), aFile());
    expect(steps.filter((step) => step === "token")).toHaveLength(3);
  });

  it("the token is asked for once by uploads at the same time", async () => {
    const { upload, steps } = stage();
    await Promise.all([upload(aSession(), aFile()), upload(aSession(), aFile()), upload(aSession(), aFile())]);
    expect(steps.filter((step) => step === "token")).toHaveLength(1);
  });

  it("the token with which an upload failed is forgotten", async () => {
    let isFirst = true;
    const { upload, steps } = stage({
      apply: () => {
        const answer = isFirst ? json({ ResponseMetadata: { Error: { Code: "TokenExpired" } } }) : usual.apply();
        isFirst = false;
        return answer;
      },
    });
    expect((await upload(aSession(), aFile())).ok).toBe(false);
    expect((await upload(aSession(), aFile())).ok).toBe(true);
    expect(steps).toEqual(["token", "apply", "token", "apply", "bytes", "commit"]);
  });

  it.each([
    ["cn", "tb4s082cfz"],
    ["us", "wopfjsm1ax"],
    ["sg", "wopfjsm1ax"],
  ] as const)(
    "the token names the service in %s; without a name the built-in one is used",
    async (region, serviceId) => {
      const serviceOf = async (data: unknown) => {
        const { upload, steps, requests } = stage({ token: () => granted(data) });
        await upload(aSession({ region }), aFile());
        return new URL(requests[steps.indexOf("apply")]?.url ?? "").searchParams.get("ServiceId");
      };
      expect(await serviceOf({ ...keys, service_id: "cn-named", space_name: "named" })).toBe(
        region === "cn" ? "cn-named" : "named",
      );
      expect(await serviceOf({ ...keys, service_id: undefined, space_name: "" })).toBe(serviceId);
    },
  );

  it("an upload whose token is refused for the session fails as session_expired", async () => {
    const { upload, steps } = stage({ token: () => json({ ret: "1015", errmsg: "login error", data: null }) });
    expect(await upload(aSession(), aFile())).toMatchObject({
      ok: false,
      error: { verdict: "session", answered: true, error: { code: "session_expired" } },
    });
    expect(steps).toEqual(["token"]);
  });

  it.each([null, {}, { ...keys, secret_access_key: "" }, "text"])(
    "an upload that gets %j for a token fails as upstream_changed",
    async (data) => {
      const { upload } = stage({ token: () => granted(data) });
      expect(await upload(aSession(), aFile())).toMatchObject({ error: { error: { code: "upstream_changed" } } });
    },
  );
});

describe("the place", () => {
  it("the place is asked for by size, signed and without cookie", async () => {
    const request = await sent("apply");
    const url = new URL(request.url);
    expect(url.origin + url.pathname).toBe("https://imagex-normal-sg.capcutapi.com/");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: "ApplyImageUpload",
      Version: "2018-08-01",
      ServiceId: "wopfjsm1ax",
      FileSize: String(image.length),
      s: expect.stringMatching(/^[a-z0-9]{10}$/),
      device_platform: "web",
    });
    expect(request.headers.get("x-amz-date")).toBe(new Date(start).toISOString().replace(/[-:]|\.\d+/g, ""));
    expect(request.headers.get("x-amz-security-token")).toBe(keys.session_token);
    expect(request.headers.get("authorization")).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKTPEXAMPLEKEY000001\/\d{8}\/ap-southeast-1\/imagex\/aws4_request, SignedHeaders=x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(request.headers.has("cookie")).toBe(false);
  });

  it.each([
    ["cn", "imagex.bytedanceapi.com", "cn-north-1", null],
    ["us", "imagex16-normal-us-ttp.capcutapi.us", "us-east-1", "web"],
  ] as const)(
    "the place in %s is asked for at that region's own service",
    async (region, host, signingRegion, platform) => {
      const request = await sent("apply", region);
      const url = new URL(request.url);
      expect(url.host).toBe(host);
      expect(url.searchParams.get("device_platform")).toBe(platform);
      expect(request.headers.get("authorization")).toContain(`/${signingRegion}/imagex/`);
    },
  );

  it("the place may name its host in the singular", async () => {
    const bend = { UploadHosts: undefined, UploadHost: "tos.example.com" };
    const { upload, requests, steps } = stage({ apply: () => json({ Result: place(bend) }) });
    expect((await upload(aSession(), aFile())).ok).toBe(true);
    expect(new URL(requests[steps.indexOf("bytes")]?.url ?? "").host).toBe("tos.example.com");
  });

  it.each([
    "",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "2130706433",
    "0x7f.1",
    "host.example.com:8080",
    "user@host.example.com",
    "host.example.com/path",
    "host.example.com?x=",
    "host.example.com#",
    "-host.example.com",
    "host..com",
    "host.example.com.",
    "a b.example.com",
  ])("a place on a host named %j is rejected, and nothing is sent there", async (host) => {
    const { upload, steps } = stage({ apply: () => json({ Result: place({ UploadHosts: [host] }) }) });
    const file = aFile({ body: () => Promise.reject(new Error("opened")) });
    expect(await upload(aSession(), file)).toMatchObject({ error: { error: { code: "upstream_changed" } } });
    expect(steps).toEqual(["token", "apply"]);
  });

  it.each(["", "/etc", "a/../b", "..", "a//b", "a?b", "a#b", "a b", "a/"])(
    "a place under the name %j is rejected",
    async (name) => {
      const StoreInfos = [{ StoreUri: name, Auth: "x" }];
      const { upload, steps } = stage({ apply: () => json({ Result: place({ StoreInfos }) }) });
      expect(await upload(aSession(), aFile())).toMatchObject({ error: { error: { code: "upstream_changed" } } });
      expect(steps).not.toContain("bytes");
    },
  );

  it.each([
    [{ CodeN: 201_007, Code: "BackendBadGateway", Message: "bad gateway" }, "201007"],
    [{ Code: "201007" }, "201007"],
    [{ Code: "SignatureDoesNotMatch", Message: "no" }, "SignatureDoesNotMatch"],
  ])("a place that is refused (%j) may be asked for again, and the message names the code", async (error, code) => {
    const { upload } = stage({ apply: () => json({ ResponseMetadata: { Error: error } }) });
    expect(await upload(aSession(), aFile())).toMatchObject({
      ok: false,
      error: { verdict: "again", error: { code: "upstream_failed", message: expect.stringContaining(code) } },
    });
  });

  it("a place that is refused never shows the token or the session", async () => {
    const Message = `signed ${keys.session_token} for ${aSession().sessionId}`;
    const { upload } = stage({ apply: () => json({ ResponseMetadata: { Error: { Code: "x", Message } } }) });
    const answer = JSON.stringify(await upload(aSession(), aFile()));
    expect(answer).not.toContain(keys.session_token);
    expect(answer).not.toContain(aSession().sessionId);
    expect(answer).toContain("signed [removed] for [removed]");
  });
});

describe("the bytes", () => {
  it("the bytes go to the host that was named, with their sum and size, without cookie", async () => {
    const request = await sent("bytes");
    expect(request.url).toBe(`https://tos-d-x-lq.bytedancevod.com/upload/v1/${uri}`);
    expect(request.method).toBe("POST");
    expect(Object.fromEntries(request.headers)).toMatchObject({
      authorization: "SpaceKey/wopfjsm1ax/1/opaque",
      "content-crc32": "cbf43926",
      "content-length": String(image.length),
      "content-type": "application/octet-stream",
    });
    expect(request.headers.has("cookie")).toBe(false);
    expect(await request.text()).toBe(image);
  });

  it("the bytes are opened only once there is a place for them", async () => {
    let opened = 0;
    const body = () => {
      opened += 1;
      return aFile().body();
    };
    await stage({ apply: () => new Response("", { status: 503 }) }).upload(aSession(), aFile({ body }));
    await stage({ token: () => json({ ret: "1015" }) }).upload(aSession(), aFile({ body }));
    expect(opened).toBe(0);
    await stage().upload(aSession(), aFile({ body }));
    expect(opened).toBe(1);
  });

  it("bytes that cannot be opened are no fault of the upstream: their error is passed on", async () => {
    const body = () => Promise.reject(new Error("the input is gone"));
    await expect(stage().upload(aSession(), aFile({ body }))).rejects.toThrow("the input is gone");
  });

  it.each([
    ["a code that is no success", () => json({ code: 4001, message: "crc mismatch" })],
    ["HTTP 403", () => new Response("no", { status: 403 })],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://example.com" } })],
  ])("bytes refused by %s may be sent again, and the number is not read as an API code", async (_what, bytes) => {
    const { upload, steps } = stage({ bytes });
    expect(await upload(aSession(), aFile())).toMatchObject({
      error: { verdict: "again", answered: true, error: { code: "upstream_failed" } },
    });
    expect(steps).not.toContain("commit");
  });

  it.each([
    ["nothing", () => new Response("")],
    ["a word", () => new Response("ok")],
    ["JSON of another kind", () => json({ success: true })],
    ["a code as text", () => json({ code: "2000" })],
  ])("bytes answered with %s are accepted", async (_what, bytes) => {
    expect((await stage({ bytes }).upload(aSession(), aFile())).ok).toBe(true);
  });
});

describe("the commit", () => {
  it("the commit names the upload's own key, signed with the body", async () => {
    const request = await sent("commit");
    const url = new URL(request.url);
    expect(url.searchParams.get("Action")).toBe("CommitImageUpload");
    expect(await request.json()).toEqual({ SessionKey: "c2Vzc2lvbi1rZXk=" });
    expect(request.headers.get("authorization")).toContain(
      "SignedHeaders=x-amz-content-sha256;x-amz-date;x-amz-security-token",
    );
  });

  it("a commit that did not store the image may be repeated", async () => {
    const { upload } = stage({ commit: () => json({ Result: { Results: [{ Uri: uri, UriStatus: 2001 }] } }) });
    expect(await upload(aSession(), aFile())).toMatchObject({
      error: { verdict: "again", error: { code: "upstream_failed", message: expect.stringContaining("2001") } },
    });
  });

  it.each([{}, { Result: null }, { Result: { Results: [] } }, { Result: { Results: [{ UriStatus: 2000 }] } }])(
    "a commit that names no image (%j) fails as upstream_changed",
    async (body) => {
      const { upload } = stage({ commit: () => json(body) });
      expect(await upload(aSession(), aFile())).toMatchObject({ error: { error: { code: "upstream_changed" } } });
    },
  );
});

describe("the content check", () => {
  it("the content check asks about the fresh upload", async () => {
    const request = await sent("check", "cn");
    expect(await request.json()).toEqual({
      scene: "image_face_ip",
      options: { ip_check: true },
      req_key: "benchmark_test_user_upload_image_input",
      file_list: [{ file_uri: uri }],
      req_params: {},
    });
    const about = JSON.parse(new URL(request.url).searchParams.get("babi_param") ?? "");
    expect(about).toMatchObject({ feature_entrance_detail: "to-generate-algo_proxy" });
  });

  it("a content check that refuses the image refuses it for good", async () => {
    const { upload } = stage({ check: () => json({ ret: "2003", errmsg: "image risk", data: null }) });
    expect(await upload(aSession({ region: "cn" }), aFile())).toMatchObject({
      ok: false,
      error: { verdict: "refused", answered: true, error: { code: "input_moderated" } },
    });
  });

  it.each([
    ["another code", () => json({ ret: "1000", errmsg: "invalid parameter", data: null })],
    ["a page of HTML", () => new Response("<html>")],
    ["HTTP 500", () => new Response("", { status: 500 })],
    ["a broken connection", () => Promise.reject(new TypeError("fetch failed"))],
  ])("a content check that ends in %s lets the image pass", async (_what, check) => {
    expect((await stage({ check }).upload(aSession({ region: "cn" }), aFile())).ok).toBe(true);
  });
});

describe.each(["token", "apply", "bytes", "commit"] as const)("an answer to %s", (step) => {
  const failing = async (answer: () => Response | Promise<Response>) => {
    const { upload, steps } = stage({ [step]: answer });
    const result = await upload(aSession(), aFile());
    expect(steps.at(-1)).toBe(step);
    return result;
  };

  it.each([500, 502, 503, 504])("an upload step answered with HTTP %i may be repeated", async (status) => {
    expect(await failing(() => new Response("<html>", { status }))).toMatchObject({
      error: { verdict: "again", error: { code: "upstream_unreachable" } },
    });
  });

  it("an upload step answered with HTTP 429 is rate_limited and may be repeated", async () => {
    expect(await failing(() => new Response("", { status: 429 }))).toMatchObject({
      error: { verdict: "again", error: { code: "rate_limited" } },
    });
  });

  it("an upload step that gets no answer may be repeated", async () => {
    expect(await failing(() => Promise.reject(new TypeError("fetch failed")))).toMatchObject({
      error: { verdict: "again", error: { code: "upstream_unreachable" } },
    });
  });
});

describe.each(["apply", "commit"] as const)("a page of HTML in answer to %s", (step) => {
  it("a page of HTML in answer to an upload step fails as upstream_changed", async () => {
    const { upload } = stage({ [step]: () => new Response("<html>") });
    expect(await upload(aSession(), aFile())).toMatchObject({ error: { error: { code: "upstream_changed" } } });
  });
});
