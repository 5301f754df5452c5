import { gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { drawImage } from "#test/simulator/drawing.ts";
import type { FaultName } from "#test/simulator/faults.ts";
import {
  aCall,
  type Cluster,
  frozen,
  type JobRecord,
  linksOf,
  noon,
  paths,
  recordAfter,
  recordOf,
  type SubmitOptions,
  send,
  submitOk,
} from "./support.ts";

/** Checks that the pixel data is complete. @returns width and height. */
function decoded(bytes: Uint8Array) {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  expect(png.toString("latin1", 12, 16)).toBe("IHDR");
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  expect(inflateSync(Buffer.concat(data))).toHaveLength((width + 1) * height);
  return { width, height };
}

async function finishedImages(options: SubmitOptions, simulator = frozen()) {
  const record = await recordAfter(simulator, options, 14);
  const links = linksOf(record);
  const responses = await Promise.all(links.map((link) => simulator.fetch(link)));
  return { simulator, record, links, responses };
}

describe("an image", () => {
  const sizes: [options: SubmitOptions, width: number, height: number][] = [
    [{}, 2048, 2048],
    [{ ratio: 3 }, 2560, 1440],
    [{ ratio: 5 }, 1440, 2560],
    [{ ratio: 8, resolution: "4k", count: 1 }, 6197, 2656],
    [{ ratio: 3, resolution: "4k", count: 1 }, 5404, 3040],
    [{ ratio: 4, resolution: "1k" }, 1024, 768],
    [{ ratio: 2, resolution: "1k" }, 768, 1024],
    [{ ratio: 3, resolution: "1.5k", model: "high_aes_general_v50p_large" }, 1920, 1080],
    [{ ratio: 3, resolution: "1k", model: "high_aes_general_v30l:general_v3.0_18b" }, 1664, 936],
    [{ ratio: 3, cluster: "us", model: "external_model_gemini_flash_image_v25" }, 1024, 1024],
  ];
  test.each(sizes)("an image submitted with %o is a complete PNG of %d x %d", async (options, width, height) => {
    const { record, responses } = await finishedImages(options);
    const [response] = responses;
    expect(response?.headers.get("content-type")).toBe("image/png");
    const bytes = new Uint8Array((await response?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(response?.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect(decoded(bytes)).toEqual({ width, height });
    expect(record.item_list[0]?.image.large_images[0]).toMatchObject({ width, height, format: "png" });
  });

  test("the images of a job differ, and each is the same on every fetch", async () => {
    const { simulator, links, responses } = await finishedImages({});
    const first = await Promise.all(responses.map(async (r) => Buffer.from(await r.arrayBuffer()).toString("base64")));
    expect(new Set(first).size).toBe(4);
    const again = await simulator.fetch(links[0] ?? "");
    expect(Buffer.from(await again.arrayBuffer()).toString("base64")).toBe(first[0]);
  });

  test("a drawing is the same for the same seed and lines, and differs by seed", async () => {
    const drawing = { size: { width: 64, height: 48 }, seed: "0a", lines: ["a lighthouse"], maxSideDots: 32 };
    const [one, two, other] = await Promise.all([
      drawImage(drawing),
      drawImage(drawing),
      drawImage({ ...drawing, seed: "0b" }),
    ]);
    expect(Buffer.compare(one, two)).toBe(0);
    expect(Buffer.compare(one, other)).not.toBe(0);
  });

  test("an image drawn from fewer dots keeps its size and takes fewer bytes", async () => {
    const { responses: coarse } = await finishedImages({}, frozen({ pictureDots: 32 }));
    const { responses: fine } = await finishedImages({});
    const [few, many] = await Promise.all([coarse[0]?.arrayBuffer(), fine[0]?.arrayBuffer()]);
    expect(decoded(new Uint8Array(few ?? new ArrayBuffer(0)))).toEqual({ width: 2048, height: 2048 });
    expect(few?.byteLength).toBeLessThan((many?.byteLength ?? 0) / 4);
  });

  test("an image has a smaller cover", async () => {
    const { simulator, record } = await finishedImages({ ratio: 3 });
    const cover = await simulator.fetch(record.item_list[0]?.common_attr.cover_url ?? "");
    expect(decoded(new Uint8Array(await cover.arrayBuffer()))).toEqual({ width: 360, height: 203 });
  });
});

describe("an image link", () => {
  const hosts: [cluster: Cluster, start: RegExp][] = [
    ["cn", /^https:\/\/p3-dreamina-sign\.byteimg\.com\/tos-cn-i-tb4s082cfz\/[0-9a-f]{32}~tplv-tb4s082cfz-aigc_resize/],
    [
      "us",
      /^https:\/\/p16-dreamina-sign-us\.ibyteimg\.com\/tos-useast5-i-wopfjsm1ax-tx\/[0-9a-f]{32}~tplv-wopfjsm1ax-/,
    ],
    ["sg", /^https:\/\/p16-dreamina-sign-sg\.ibyteimg\.com\/tos-alisg-i-wopfjsm1ax-sg\/[0-9a-f]{32}~tplv-wopfjsm1ax-/],
  ];
  test.each(hosts)("an image link of %s names that cluster's host and bucket", async (cluster, start) => {
    expect((await finishedImages({ cluster })).links[0]).toMatch(start);
  });

  test("an image link has the form of the request that returned it", async () => {
    const simulator = frozen();
    const { submit_id } = await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 14 });
    const parts = aCall("sg", "demo-sg", paths.history, { submit_ids: [submit_id] });
    parts.origin = "http://127.0.0.1:9000/mweb-api-sg.capcut.com";
    const { data } = await send<Record<string, JobRecord>>(simulator, parts);
    const [link = ""] = linksOf(data[submit_id] as JobRecord);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:9000\/p16-dreamina-sign-sg\.ibyteimg\.com\/tos-alisg/);
    expect((await simulator.fetch(link)).status).toBe(200);
  });

  test("a changed image link is refused with 403", async () => {
    const { simulator, links } = await finishedImages({});
    const [link = ""] = links;
    const later = new URL(link);
    later.searchParams.set("x-expires", "9999999999");
    for (const changed of [
      link.replace(":0:0.png", ":90:90.png"),
      String(later),
      link.replace(/x-signature=[^&]+/, ""),
    ])
      expect((await simulator.fetch(changed)).status).toBe(403);
  });

  test("an expired image link is refused with 403, and a new look-up returns a valid one", async () => {
    let now = noon;
    const simulator = frozen({ now: () => now, linkLifeSeconds: 60 });
    const { links, record } = await finishedImages({}, simulator);
    const [link = ""] = links;
    now += 59_000;
    expect((await simulator.fetch(link)).status).toBe(200);
    now += 1000;
    expect((await simulator.fetch(link)).status).toBe(403);
    const again = await recordOf(simulator, record.submit_id);
    expect((await simulator.fetch(linksOf(again)[0] ?? "")).status).toBe(200);
  });

  test("an image link is valid for 26 days by default", async () => {
    const { links } = await finishedImages({});
    const expires = Number(new URL(links[0] ?? "").searchParams.get("x-expires"));
    expect(new Date(expires * 1000).toISOString()).toBe("2026-12-18T00:00:00.000Z");
  });

  test("a link to an image that does not exist is answered with 404", async () => {
    const { simulator, links } = await finishedImages({});
    simulator.reset();
    expect((await simulator.fetch(links[0] ?? "")).status).toBe(404);
  });
});

describe("an image under a fault", () => {
  const imageWith = async (fault: FaultName) => {
    const simulator = frozen();
    const [link = ""] = linksOf(await recordAfter(simulator, {}, 14));
    simulator.addFault({ endpoint: "picture", fault });
    return {
      faulty: await simulator.fetch(link),
      good: new Uint8Array(await (await simulator.fetch(link)).arrayBuffer()),
    };
  };

  test("an untyped image is complete and has no content type", async () => {
    const { faulty, good } = await imageWith("untyped");
    expect(faulty.headers.get("content-type")).toBeNull();
    expect(new Uint8Array(await faulty.arrayBuffer())).toEqual(good);
  });

  test("an image with another type is complete and has that content type", async () => {
    const { faulty, good } = await imageWith("type-application/json");
    expect(faulty.headers.get("content-type")).toBe("application/json");
    expect(new Uint8Array(await faulty.arrayBuffer())).toEqual(good);
  });

  test("a gzipped image has the gzip encoding, the gzipped length and the same bytes once decoded", async () => {
    const { faulty, good } = await imageWith("gzipped");
    const packed = Buffer.from(await faulty.arrayBuffer());
    expect(faulty.headers.get("content-encoding")).toBe("gzip");
    expect(faulty.headers.get("content-length")).toBe(String(packed.byteLength));
    expect(new Uint8Array(gunzipSync(packed))).toEqual(good);
  });

  test("an HTML page instead of an image has the content type of a PNG", async () => {
    const { faulty } = await imageWith("html-as-png");
    expect(faulty.status).toBe(200);
    expect(faulty.headers.get("content-type")).toBe("image/png");
    expect(await faulty.text()).toMatch(/^<!DOCTYPE html>/);
  });
});
