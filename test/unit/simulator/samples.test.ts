import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readImageHeader } from "#test/simulator/image-header.ts";
import { frozen } from "./support.ts";

const get = (name: string, init: RequestInit = {}) => frozen().fetch(`http://127.0.0.1:9000/_samples/${name}`, init);
const bytesOf = async (name: string) => {
  const response = await get(name);
  if (response.status !== 200) throw new Error(await response.text());
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};

const formats = [
  ["png", "image/png", "png"],
  ["jpg", "image/jpeg", "jpeg"],
  ["gif", "image/gif", "gif"],
  ["webp", "image/webp", "webp"],
  ["bmp", "image/bmp", "bmp"],
] as const;

describe("a sample", () => {
  test.each(formats)("a %s sample has its announced type, size and length", async (ending, type, format) => {
    const { response, bytes } = await bytesOf(`301x202.${ending}`);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect(readImageHeader(bytes)).toEqual({ format, width: 301, height: 202 });
  });

  test.each(formats)("a %s sample is padded to exactly the requested length", async (ending, _, format) => {
    for (const length of [200_000, 65_536 * 3 + 160, 1_000_002]) {
      const { bytes } = await bytesOf(`64x48.${ending}?bytes=${length}`);
      expect(bytes.byteLength).toBe(length);
      expect(readImageHeader(bytes)).toEqual({ format, width: 64, height: 48 });
    }
  });

  test("a padded PNG sample consists of complete chunks", async () => {
    const { bytes } = await bytesOf("64x48.png?bytes=100000");
    const chunks: string[] = [];
    const data: Buffer[] = [];
    for (let at = 8; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      const type = bytes.toString("latin1", at + 4, at + 8);
      chunks.push(type);
      if (type === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + length));
      at += length + 12;
    }
    expect(chunks).toEqual(["IHDR", "PLTE", "IDAT", "paDd", "IEND"]);
    expect(inflateSync(Buffer.concat(data))).toHaveLength((64 + 1) * 48);
  });

  test("a padded JPEG sample consists of complete segments", async () => {
    const { bytes } = await bytesOf("64x48.jpg?bytes=200003");
    const markers: number[] = [];
    let at = 2;
    while (bytes[at + 1] !== 0xda) {
      expect(bytes[at]).toBe(0xff);
      markers.push(bytes[at + 1] ?? 0);
      at += 2 + bytes.readUInt16BE(at + 2);
    }
    expect(markers.filter((marker) => marker === 0xfe).length).toBeGreaterThan(1);
    expect(bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
  });

  test("a HEAD request for a sample is answered without a body", async () => {
    const response = await get("64x48.png?bytes=20000000", { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("20000000");
    expect(await response.text()).toBe("");
  });

  test.each([
    ["64x48.tiff", 404],
    ["64.png", 404],
    ["0x48.png", 400],
    ["16384x1.png", 400],
    ["16383x16383.png", 400],
    ["64x48.png?bytes=10", 400],
    ["64x48.webp?bytes=100001", 400],
  ])("the sample %s is refused with %d", async (name, status) => {
    expect((await get(name)).status).toBe(status);
  });
});

describe("the header", () => {
  test("the header of a lossy WebP, an upside-down BMP and a JPEG with long metadata is read", () => {
    const webp = Buffer.alloc(30);
    webp.write("RIFF\0\0\0\0WEBPVP8 ", 0, "latin1");
    webp.set([0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00], 23);
    expect(readImageHeader(webp)).toEqual({ format: "webp", width: 320, height: 240 });
    const bmp = Buffer.alloc(54);
    bmp.write("BM");
    bmp.writeInt32LE(20, 18);
    bmp.writeInt32LE(-10, 22);
    expect(readImageHeader(bmp)).toEqual({ format: "bmp", width: 20, height: 10 });
    const exif = Buffer.alloc(60_000);
    exif.set([0xff, 0xe1, 59_998 >> 8, 59_998 & 255]);
    const frame = [0xff, 0xc2, 0, 17, 8, 1, 0, 2, 0, 3];
    expect(readImageHeader(Buffer.concat([Buffer.from([0xff, 0xd8]), exif, Buffer.from(frame)]))).toEqual({
      format: "jpeg",
      width: 512,
      height: 256,
    });
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("<!DOCTYPE html>")],
    ["a PNG that is cut off", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0", "latin1")],
    ["a JPEG without a frame", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0])],
  ])("no header is read from %s", (_, bytes) => {
    expect(readImageHeader(bytes)).toBeUndefined();
  });
});
