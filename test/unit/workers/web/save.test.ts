import { crc32 as nodeCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainDraft } from "#web/state/draft.ts";
import { fileName } from "#web/tasks/save.ts";
import { crc32, zipOf } from "#web/tasks/zip.ts";

describe("the name of a saved image", () => {
  const createdAt = new Date(2026, 0, 2, 3, 4, 5).getTime();
  const named = (prompt: string, type = "image/png") =>
    fileName({ draft: { ...plainDraft, prompt }, createdAt }, 1, type);

  test("the name of a saved image has the prompt, the time and the number of the image", () => {
    expect(named("A fox, reading!")).toBe("A-fox-reading-20260102-030405-2.png");
    expect(named("雨夜的街道", "image/webp")).toBe("雨夜的街道-20260102-030405-2.webp");
  });

  test("the name of a saved image is limited in length and holds only what file systems allow", () => {
    expect(named(`../../${"a/b:".repeat(40)}`)).toMatch(/^[a-b-]{1,40}-20260102-030405-2\.png$/);
    expect(fileName({ draft: null, createdAt }, 0, "")).toBe("dreamina-20260102-030405-1.png");
  });
});

describe("a ZIP of images", () => {
  test("a ZIP of images has the checksums that zlib computes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(crc32(bytes)).toBe(nodeCrc32(bytes));
      }),
    );
  });

  test("the end of a ZIP has the offset of its directory, and the directory the offset of each entry", async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const at = new Date(2026, 10, 22, 21, 40, 8);
    const zip = zipOf([
      { name: "a.png", bytes: bytes("first"), at },
      { name: "狐狸.png", bytes: bytes("second!"), at },
    ]);
    const data = new DataView(await zip.arrayBuffer());
    const end = data.byteLength - 22;
    expect(data.getUint32(end, true)).toBe(0x06054b50);
    expect(data.getUint16(end + 10, true)).toBe(2);
    let line = data.getUint32(end + 16, true);
    expect(line + data.getUint32(end + 12, true)).toBe(end);
    const found: string[] = [];
    for (let entry = 0; entry < 2; entry += 1) {
      expect(data.getUint32(line, true)).toBe(0x02014b50);
      const size = data.getUint32(line + 24, true);
      const nameLength = data.getUint16(line + 28, true);
      const start = data.getUint32(line + 42, true);
      expect(data.getUint32(start, true)).toBe(0x04034b50);
      const text = (from: number, length: number) => new TextDecoder().decode(data.buffer.slice(from, from + length));
      found.push(`${text(line + 46, nameLength)}: ${text(start + 30 + nameLength, size)}`);
      line += 46 + nameLength;
    }
    expect(found).toEqual(["a.png: first", "狐狸.png: second!"]);
  });
});
