import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Simulator } from "#test/simulator/app.ts";
import { aCall, type Cluster, frozen, noon, send } from "./support.ts";
import {
  anImage,
  applied,
  applyOf,
  callImagex,
  commitOf,
  type ImagexCall,
  type Keys,
  keysFor,
  sendBytes,
  signed,
  uploaded,
} from "./upload-support.ts";

const errorOf = async (simulator: Simulator, call: ImagexCall, keys: Keys) =>
  (await callImagex(simulator, call, signed(call, keys))).ResponseMetadata.Error?.Code;

describe("an upload", () => {
  test.each([
    ["cn", "tos-cn-i-tb4s082cfz/"],
    ["us", "tos-useast5-i-wopfjsm1ax-tx/"],
    ["sg", "tos-alisg-i-wopfjsm1ax-sg/"],
  ] as const)("an upload on %s gets a uri in that cluster's bucket", async (cluster: Cluster, bucket) => {
    const simulator = frozen();
    const uri = await uploaded(simulator, await anImage(simulator), { cluster });
    expect(uri).toMatch(new RegExp(`^${bucket}[0-9a-f]{32}$`));
  });

  test("an upload is stored with its length, checksums, format and size", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator, "640x480.jpg?bytes=150000");
    const uri = await uploaded(simulator, bytes);
    expect(simulator.state().uploads).toEqual([
      {
        uri,
        session: "demo-sg",
        cluster: "sg",
        step: "committed",
        announcedBytes: 150_000,
        bytes: 150_000,
        crc32: crc32(bytes).toString(16).padStart(8, "0"),
        md5: createHash("md5").update(bytes).digest("hex"),
        sha256: createHash("sha256").update(bytes).digest("hex"),
        format: "jpeg",
        width: 640,
        height: 480,
      },
    ]);
  });

  test("a second upload of the same bytes gets another uri", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    expect(await uploaded(simulator, bytes)).not.toBe(await uploaded(simulator, bytes));
  });

  test("an upload is measured while it streams", async () => {
    const simulator = frozen();
    const source = await simulator.fetch("http://127.0.0.1/_samples/3000x2000.png?bytes=20000000");
    const target = await applied(simulator, 20_000_000);
    let check = 0;
    const whole = new Uint8Array(await source.clone().arrayBuffer());
    check = crc32(whole);
    const response = await simulator.fetch(`https://${target.host}/upload/v1/${target.uri}`, {
      method: "POST",
      headers: {
        authorization: target.auth,
        "content-crc32": check.toString(16).padStart(8, "0"),
        "content-disposition": "attachment; filename=a.png",
        "content-type": "image/png",
      },
      body: source.body,
      duplex: "half",
    } as RequestInit);
    expect(await response.json()).toMatchObject({ code: 2000 });
    expect(simulator.state().uploads).toMatchObject([{ step: "stored", bytes: 20_000_000, width: 3000, height: 2000 }]);
  });

  test("an upload that is cut off stores nothing and can be sent again", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength);
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 10));
      },
      pull: (controller) => controller.error(new Error("cut")),
    });
    const init = { method: "POST", body: broken, duplex: "half", headers: headersOf(target.auth) } as RequestInit;
    const cut = simulator.fetch(`https://${target.host}/upload/v1/${target.uri}`, init);
    await expect(cut).rejects.toThrow("fetch failed");
    expect(simulator.state().uploads).toMatchObject([{ step: "announced", bytes: null }]);
    expect((await sendBytes(simulator, target, bytes)).status).toBe(200);
  });
});

const headersOf = (auth: string) => ({
  authorization: auth,
  "content-crc32": "00000000",
  "content-disposition": "attachment; filename=a",
  "content-type": "application/octet-stream",
});

describe("the upload token", () => {
  test("an upload token is for images and needs a session of the cluster", async () => {
    const ask = (body: unknown, session = "demo-sg") =>
      send(frozen(), aCall("sg", session, "/mweb/v1/get_upload_token", body));
    expect((await ask({ scene: 1 })).ret).toBe("1000");
    expect((await ask({ scene: 2 }, "demo-us")).ret).toBe("1015");
    expect(await ask({ scene: 2 })).toMatchObject({
      ret: "0",
      data: { service_id: "wopfjsm1ax", expired_time: new Date(noon + 3_600_000).toISOString() },
    });
  });

  test("an upload token does not contain the session", async () => {
    const session = "demo-sg-0123456789";
    const { data } = await send<Keys>(frozen(), aCall("sg", session, "/mweb/v1/get_upload_token", { scene: 2 }));
    const opened = Buffer.from(data.session_token.slice("STS2".length), "base64").toString("latin1");
    expect(JSON.stringify(data) + opened).not.toContain("0123456789");
  });
});

describe("an apply", () => {
  const changes: [what: string, code: string, change: (call: ImagexCall) => void][] = [
    ["another service", "InvalidParameter", (call) => Object.assign(call.query, { ServiceId: "tb4s082cfz" })],
    ["another version", "InvalidParameter", (call) => Object.assign(call.query, { Version: "2017-01-01" })],
    ["no FileSize", "InvalidParameter", (call) => Reflect.deleteProperty(call.query, "FileSize")],
    ["FileSize 0", "InvalidParameter", (call) => Object.assign(call.query, { FileSize: "0" })],
    ["an unknown parameter", "InvalidParameter", (call) => Object.assign(call.query, { Filesize: "1" })],
    ["the region of China", "SignatureDoesNotMatch", (call) => Object.assign(call, { region: "cn-north-1" })],
  ];
  test.each(changes)("an apply with %s is refused with %s", async (_, code, change) => {
    const simulator = frozen();
    const call = applyOf(100);
    change(call);
    expect(await errorOf(simulator, call, await keysFor(simulator))).toBe(code);
  });

  test.each(["ap-southeast-1", "us-east-1", "ap-singapore-1"])("an apply may be signed for %s", async (region) => {
    const simulator = frozen();
    expect(await errorOf(simulator, { ...applyOf(100), region }, await keysFor(simulator))).toBeUndefined();
  });

  test("a signature may cover host and content type as well", async () => {
    const simulator = frozen();
    const call = { ...commitOf("x"), alsoSigned: ["content-type", "host", "x-amz-content-sha256"] };
    expect(await errorOf(simulator, call, await keysFor(simulator))).toBe("InvalidSessionKey");
  });

  test("an apply with a wrong secret or with a foreign, forged or expired token is refused", async () => {
    const simulator = frozen();
    const keys = await keysFor(simulator);
    const refused = (changed: Keys) => errorOf(simulator, applyOf(100), changed);
    expect(await refused({ ...keys, secret_access_key: "x" })).toBe("SignatureDoesNotMatch");
    expect(await refused(await keysFor(simulator, "us"))).toBe("InvalidSecurityToken");
    expect(await refused({ ...keys, session_token: `${keys.session_token}0` })).toBe("InvalidSecurityToken");
    simulator.changeSettings({ uploadTokenLifeSeconds: 0 });
    expect(await refused(await keysFor(simulator))).toBe("ExpiredToken");
  });
});

describe("the bytes", () => {
  const changes: [what: string, status: number, headers: Record<string, string>][] = [
    ["another Auth", 403, { authorization: "x" }],
    ["another checksum", 400, { "content-crc32": "00000001" }],
    ["a checksum in capitals", 403, { "content-crc32": "ABCDEF01" }],
    ["a short checksum", 403, { "content-crc32": "46645c6" }],
    ["a text's content type", 403, { "content-type": "text/plain" }],
  ];
  test.each(changes)("bytes with %s are refused with %d and not stored", async (_, status, headers) => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength);
    expect((await sendBytes(simulator, target, bytes, headers)).status).toBe(status);
    expect(simulator.state().uploads).toMatchObject([{ step: "announced" }]);
  });

  test.each([-1, 1])("bytes whose length differs by %d from the announced one are refused", async (off) => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength + off);
    expect((await sendBytes(simulator, target, bytes)).status).toBe(400);
  });

  test("bytes are accepted by POST to an announced uri only", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength);
    const put = await simulator.fetch(`https://${target.host}/upload/v1/${target.uri}`, { method: "PUT", body: bytes });
    expect(put.status).toBe(404);
    const other = `${target.uri.slice(0, -1)}x`;
    expect((await sendBytes(simulator, { ...target, uri: other }, bytes)).status).toBe(403);
  });
});

describe("a commit", () => {
  test.each([
    ["png", "png"],
    ["jpg", "jpeg"],
    ["gif", "gif"],
    ["webp", "webp"],
    ["bmp", "bmp"],
  ])("the commit of a %s returns format and size", async (ending, format) => {
    const simulator = frozen();
    const bytes = await anImage(simulator, `123x45.${ending}`);
    const target = await applied(simulator, bytes.byteLength);
    await sendBytes(simulator, target, bytes);
    const call = commitOf(target.sessionKey);
    const { Result } = await callImagex(simulator, call, signed(call, target.keys));
    expect(Result).toMatchObject({
      Results: [{ Uri: target.uri, UriStatus: 2000 }],
      PluginResult: [
        { ImageUri: target.uri, ImageWidth: 123, ImageHeight: 45, ImageFormat: format, ImageSize: bytes.byteLength },
      ],
    });
  });

  test("a commit of bytes that are not an image succeeds without a size", async () => {
    const simulator = frozen();
    await uploaded(simulator, Uint8Array.of(1, 2, 3));
    expect(simulator.state().uploads).toMatchObject([{ step: "committed", bytes: 3, format: null, width: null }]);
  });

  test("a commit before the bytes reports that they are missing", async () => {
    const simulator = frozen();
    const target = await applied(simulator, 100);
    const call = commitOf(target.sessionKey);
    const { Result } = await callImagex(simulator, call, signed(call, target.keys));
    expect(Result?.Results).toEqual([{ Uri: target.uri, UriStatus: 4000 }]);
  });

  test("a commit with another account's key or an unsigned body is refused", async () => {
    const simulator = frozen();
    const target = await applied(simulator, 100);
    const call = commitOf(target.sessionKey);
    expect(await errorOf(simulator, call, await keysFor(simulator, "sg", "demo-sg-2"))).toBe("InvalidSessionKey");
    const headers = signed(call, target.keys);
    const other = await callImagex(simulator, { ...call, body: call.body.replace("}", " }") }, headers);
    expect(other.ResponseMetadata.Error?.Code).toBe("SignatureDoesNotMatch");
  });
});

describe("the content check", () => {
  const check = async (session: string) => {
    const simulator = frozen();
    const uri = await uploaded(simulator, await anImage(simulator), { cluster: "cn", session });
    const parts = aCall("cn", session, "/mweb/v1/algo_proxy", {
      scene: "image_face_ip",
      options: { ip_check: true },
      req_key: "benchmark_test_user_upload_image_input",
      file_list: [{ file_uri: uri }],
      req_params: {},
    });
    parts.query.babi_param = "{}";
    return (await send(simulator, parts)).ret;
  };

  test("the content check accepts images, but none of a picky account", async () => {
    expect(await check("demo-cn")).toBe("0");
    expect(await check("demo-cn-picky")).toBe("2003");
  });
});

describe("a fault", () => {
  test("a fault applies to every step of an upload, before or after it is handled", async () => {
    const simulator = frozen();
    const bytes = await anImage(simulator);
    const target = await applied(simulator, bytes.byteLength);
    simulator.addFault({ endpoint: "uploadToken", fault: "ret-1015" });
    expect((await send(simulator, aCall("sg", "demo-sg", "/mweb/v1/get_upload_token", { scene: 2 }))).ret).toBe("1015");
    simulator.addFault({ endpoint: "apply", fault: "ret-201007" });
    expect(await errorOf(simulator, applyOf(1), target.keys)).toBe(201007);
    simulator.addFault({ endpoint: "apply", fault: "missing-id" });
    expect(await callImagex(simulator, applyOf(1), signed(applyOf(1), target.keys))).not.toHaveProperty("Result");
    simulator.addFault({ endpoint: "uploadBytes", fault: "502-after" });
    expect((await sendBytes(simulator, target, bytes)).status).toBe(502);
    expect(simulator.state().uploads[0]).toMatchObject({ step: "stored" });
    const call = commitOf(target.sessionKey);
    simulator.addFault({ endpoint: "commit", fault: "reset-after" });
    await expect(callImagex(simulator, call, signed(call, target.keys))).rejects.toThrow("fetch failed");
    expect(simulator.state().uploads[0]).toMatchObject({ step: "committed" });
    simulator.addFault({ endpoint: "commit", fault: "unknown-status" });
    const odd = await callImagex(simulator, call, signed(call, target.keys));
    expect(odd.Result?.Results).toMatchObject([{ UriStatus: 77 }]);
    expect(simulator.state().calls).toMatchObject({ uploadToken: 2, apply: 3, uploadBytes: 1, commit: 2 });
  });

  test("a fault can be limited to the uploads of one session", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "apply", fault: "ret-201007", session: "demo-sg-b" });
    await applied(simulator, 1, "sg", "demo-sg");
    await expect(applied(simulator, 1, "sg", "demo-sg-b")).rejects.toThrow("201007");
  });
});
