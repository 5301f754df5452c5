import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maxPartBytes, maxPartImages, maxPartRequests } from "#scripts/batch/limits.ts";
import { withImages } from "#scripts/batch/local-images.ts";
import { divide } from "#scripts/batch/parts.ts";
import { prepare } from "#scripts/batch/prepare.ts";
import { requestsOf } from "#scripts/batch/requests.ts";

const line = (number: number, fields: Record<string, unknown>, copy: number | null = null) => ({
  line: number,
  fields: { prompt: "a", ...fields },
  copy,
});
const idsOf = (lines: ReturnType<typeof line>[]) => requestsOf(lines, {}).requests.map(({ customId }) => customId);

describe("the custom_id of a request", () => {
  it("is its own, else the line; with the number of the prompt of a template", () => {
    expect(idsOf([line(1, {}), line(2, { custom_id: "x" }), line(3, {}, 1), line(4, { custom_id: "y" }, 12)])).toEqual([
      ...["line-0001", "x", "line-0003-0001", "y-0012"],
    ]);
  });

  it("has as many digits as the last line needs", () => {
    expect(idsOf([line(1, {}), line(12_345, {})])).toEqual(["line-00001", "line-12345"]);
  });

  it("gives way to a line that has this name itself", () => {
    expect(idsOf([line(1, {}), line(2, { custom_id: "line-0001" })])).toEqual(["line-0001_", "line-0001"]);
  });

  it.each([
    [[line(1, { custom_id: "x" }), line(5, { custom_id: "x" })], 5, 'the custom_id "x" is also on line 1'],
    [[line(3, { custom_id: "" })], 3, "custom_id must be a text of 1 to 255 characters"],
    [[line(3, { custom_id: 7 })], 3, "custom_id must be a text of 1 to 255 characters"],
    [[line(3, { prompt: " " })], 3, "prompt is missing"],
    [[line(3, { prompt: "x".repeat(8_001) })], 3, "prompt is 8,001 characters; the limit is 8,000"],
  ])("a fault is told with its line", (lines, number, message) => {
    expect(requestsOf(lines, {}).faults).toEqual([expect.objectContaining({ line: number, message })]);
  });
});

describe("fields for every request", () => {
  it("are added where a line does not have them", () => {
    const { requests } = requestsOf([line(1, { n: 1 }), line(2, {})], { n: 4, model: "m" });
    expect(requests.map(({ body }) => body)).toEqual([
      { custom_id: "line-0001", prompt: "a", n: 1, model: "m" },
      { custom_id: "line-0002", prompt: "a", n: 4, model: "m" },
    ]);
  });
});

describe("parts", () => {
  it("any requests are divided in order, each part within both limits and none smaller than it has to be", () => {
    const sizes = fc.array(
      fc.record({
        bytes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: maxPartBytes })),
        images: fc.array(fc.nat(200).map(String), { maxLength: 10 }),
      }),
      { maxLength: 2_500 },
    );
    const isWithin = (part: { bytes: number; images: string[] }[]) =>
      part.reduce((sum, { bytes }) => sum + bytes, 0) <= maxPartBytes &&
      new Set(part.flatMap(({ images }) => images)).size <= maxPartImages &&
      part.length <= maxPartRequests;
    fc.assert(
      fc.property(sizes, (all) => {
        const parts = divide(all);
        expect(parts.flat()).toEqual([...all.keys()]);
        for (const [first = 0, ...rest] of parts) {
          const end = first + rest.length + 1;
          expect(isWithin(all.slice(first, end))).toBe(true);
          if (end < all.length) expect(isWithin(all.slice(first, end + 1))).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("only the requests at the given places are divided", () => {
    const sizes = [1, 2, 3, 4].map((tenth) => ({ bytes: (maxPartBytes / 10) * tenth, images: [] }));
    expect(divide([...sizes, ...sizes], [1, 3, 7, 4])).toEqual([[1, 3, 7], [4]]);
  });

  it("small requests are divided by their number alone", () => {
    const small = Array.from({ length: 2_001 }, () => ({ bytes: 10, images: ["same"] }));
    expect(divide(small).map(({ length }) => length)).toEqual([1_000, 1_000, 1]);
  });
});

describe("reference images that are files", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "images-"));
    writeFileSync(path.join(folder, "cat.PNG"), "png!");
    writeFileSync(path.join(folder, "large.jpg"), Buffer.alloc(9_000_000));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const prepared = (fields: object) =>
    prepare(
      { bytes: Buffer.from(JSON.stringify({ prompt: "a", ...fields })), name: "x.jsonl", folder },
      { set: {}, templates: true, random: null, seed: "0", wordlists: undefined },
    );
  const sent = (fields: object) => prepared(fields).requests.map((request) => withImages(request, folder));

  it("travel as data URLs; links, data URLs and base64 stay as they are", () => {
    const link = "https://example.com/a.png";
    const data = "data:image/png;base64,AAAA";
    expect(sent({ images: ["cat.PNG", link, data, { url: link }], image: "cat.PNG" })[0]).toMatchObject({
      images: [`data:image/png;base64,${Buffer.from("png!").toString("base64")}`, link, data, { url: link }],
      image: "data:image/png;base64,cG5nIQ==",
    });
  });

  it.each([
    [{ images: ["dog.png"] }, /reference image dog\.png is not in/],
    [{ images: "large.jpg" }, /12\.0 MB; the limit is 10 MB/],
  ])("%j is a fault", (fields, message) => {
    expect(prepared(fields)).toMatchObject({
      requests: [],
      faults: [{ line: 1, message: expect.stringMatching(message) }],
    });
  });
});
