import { describe, expect, it } from "vitest";
import { decodeBase64, shapes, sourcesOf } from "#api/request/inputs/input-source.ts";
import { AppError } from "#shared/errors.ts";

const url = "https://example.com/cat.png";

function faultOf(work: () => unknown): { code: string; param: string | null; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, param: error.param, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("an input", () => {
  it.each<[string, unknown]>([
    ["as an address", url],
    ["as an address with space around it", `  ${url}\n`],
    ["as {url}", { url }],
    ["as {image_url}", { image_url: url }],
    ["as {image_url: {url}}", { image_url: { url, detail: "high" } }],
    ["as a content part of OpenAI's", { type: "input_image", image_url: url }],
    ["as Anthropic's source", { type: "image", source: { type: "url", url } }],
    ["as a part of the AI SDK", { type: "image", image: url, mediaType: "image/png" }],
    ["in quotes", `"${url}"`],
    ["in single quotes", ` '${url}' `],
    ["as JSON of {url}", `{"url": "${url}"}`],
    ["beside an empty form of it", { url: " ", b64_json: null, image_url: url }],
  ])("an input is taken %s", (_form, value) => {
    const location = { name: "image", param: "image" };
    expect(sourcesOf({ image: value })).toEqual([{ kind: "address", location, address: url }]);
    const first = { name: "images[0]", param: "images" };
    expect(sourcesOf({ images: [value] })).toEqual([{ kind: "address", location: first, address: url }]);
  });

  it.each<[string, unknown]>([
    ["as bare base64", "aGVsbG8="],
    ["as base64 in {url}", { url: "aGVsbG8=" }],
    ["as a data-URL", "data:image/png;base64,aGVsbG8="],
    ["as a data-URL in capitals, with parameters", "DATA:image/png;name=a.png;BASE64,aGVsbG8="],
    ["as a data-URL without a type", "data:;base64,aGVsbG8="],
    ["as a data-URL that is escaped", "data:image/png;base64,aGVsbG8%3D%0A"],
    ["as a data-URL in quotes", ' "data:image\\/png;base64,aGVsbG8=" '],
    ["as a data-URL in single quotes", "'data:image/png;base64,aGVsbG8='"],
    ["as a data-URL without its beginning", "image/png;base64,aGVsbG8="],
    ["as base64 with its name in front", "base64,aGVsbG8="],
    ["as base64 for chat bots", "base64://aGVsbG8="],
    ["as base64 for chat bots, in capitals and {url}", { url: "BASE64://aGVsbG8=" }],
    ["as base64 in quotes", '"aGVsbG8="'],
    ["as an image answer of OpenAI's", { b64_json: "aGVsbG8=", revised_prompt: "a cat" }],
    ["as an answer of this API's", { url: null, b64_json: "aGVsbG8=" }],
    ["as Anthropic's source of base64", { type: "base64", media_type: "image/png", data: "aGVsbG8=" }],
    [
      "as Anthropic's image block",
      { type: "image", source: { type: "base64", media_type: "image/png", data: "aGVsbG8=" } },
    ],
    ["as an image content of MCP", { type: "image", data: "aGVsbG8=", mimeType: "image/png" }],
    ["as {data} with a data-URL", { data: "data:image/png;base64,aGVsbG8=" }],
    ["as {base64}", { base64: "aGVsbG8=" }],
    ["as Gemini's inline data", { inline_data: { mime_type: "image/png", data: "aGVsbG8=" } }],
    ["as its JavaScript client writes it", { inlineData: { mimeType: "image/png", data: "aGVsbG8=" } }],
    ["as Imagen's", { bytesBase64Encoded: "aGVsbG8=", mimeType: "image/png" }],
    ["as JSON of {b64_json}", '{"b64_json":"aGVsbG8="}'],
  ])("an input is taken %s", (_form, value) => {
    const [source] = sourcesOf({ images: value });
    expect(source).toEqual({ kind: "base64", location: { name: "images", param: "images" }, text: "aGVsbG8=" });
  });

  it("inputs are taken in order, those of `image` first", () => {
    const sources = sourcesOf({ images: [url, "aGVsbG8="], image: [{ url }, url] });
    expect(sources.map(({ location }) => location.name)).toEqual(["image[0]", "image[1]", "images[0]", "images[1]"]);
  });

  it("a list may come as JSON text, of texts, objects and JSON texts of objects", () => {
    const images = JSON.stringify([url, { b64_json: "aGVsbG8=" }, JSON.stringify({ url }), `"${url}"`]);
    const sources = sourcesOf({ images: ` ${images}\n` });
    expect(sources.map(({ location }) => location.name)).toEqual(["images[0]", "images[1]", "images[2]", "images[3]"]);
    expect(sources.map(({ kind }) => kind)).toEqual(["address", "base64", "address", "address"]);
    expect(sourcesOf({ images: [JSON.stringify({ url })] })).toMatchObject([{ address: url }]);
  });

  it("every shape of the table is taken, and no two rows are the same", () => {
    for (const { path } of shapes) {
      const value = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), url);
      expect(sourcesOf({ image: value })).toMatchObject([{ kind: "address", address: url }]);
    }
    expect(new Set(shapes.map(({ path }) => path.join())).size).toBe(shapes.length);
  });

  it("ten inputs at most are taken, in both fields together", () => {
    expect(sourcesOf({ images: Array(9).fill(url), image: url })).toHaveLength(10);
    const eleven = { code: "invalid_value", param: "images", message: expect.stringMatching(/11 .* 10/) };
    expect(faultOf(() => sourcesOf({ images: Array(11).fill(url) }))).toEqual(eleven);
    expect(faultOf(() => sourcesOf({ images: JSON.stringify(Array(11).fill(url)) }))).toEqual(eleven);
    expect(faultOf(() => sourcesOf({ images: Array(10).fill(url), image: url }))).toEqual(eleven);
  });
});

describe("a wrong input", () => {
  it.each([{}, { images: null }, { images: [] }, { image: null, images: [] }, { images: "[]" }])(
    "a body without any input is refused: %j",
    (body) => {
      expect(faultOf(() => sourcesOf(body))).toMatchObject({ code: "missing_value", param: "images" });
    },
  );

  it.each([
    ...[7, true, {}, { url: 7 }, { image_url: {} }, { file_id: "x" }, [url], null, JSON.stringify([url]), "{}"],
    ...[{ type: "Buffer", data: [137, 80] }, { source: url }],
  ])("an input in none of the forms is refused: %j", (value) => {
    expect(faultOf(() => sourcesOf({ images: [url, value] }))).toEqual({
      code: "invalid_value",
      param: "images",
      message: expect.stringMatching(/^images\[1\] must be an address/),
    });
  });

  it.each<[string, string, string]>([
    ["", "invalid_value", "is empty"],
    ["  \n", "invalid_value", "is empty"],
    ["cat.png", "invalid_value", "is neither"],
    ["example.com/cat.png?x=1", "invalid_value", "is neither"],
    ["data:image/png,aGVsbG8=", "input_image_invalid", "without ;base64"],
    ["data:image/svg+xml,<svg/>", "input_image_invalid", "without ;base64"],
    ["data:image/png;base64", "input_image_invalid", "without ;base64"],
    ['"data:image/png,aGVsbG8="', "input_image_invalid", "without ;base64"],
    ['""', "invalid_value", "is empty"],
    ["base64://", "invalid_value", "is empty"],
    ['"data:image/png;base64,aGVsbG8=', "invalid_value", "is neither"],
    ["[not JSON]", "invalid_value", "looks like JSON"],
    [`{"url": "${url}"`, "invalid_value", "looks like JSON"],
    [`[${"[],".repeat(30_000)}[]]`, "invalid_value", "looks like JSON"],
  ])("an input whose text is %.60j is refused with its location", (text, code, words) => {
    const fault = faultOf(() => sourcesOf({ image: [url, url, text] }));
    expect(fault).toMatchObject({ code, param: "image" });
    expect(fault.message).toMatch(/^image\[2\] /);
    expect(fault.message).toContain(words);
  });
});

describe("what looks like an address without a scheme, or like a path", () => {
  const advice = "begin an address with https://";
  const location = { name: "image", param: "image" };
  const messageOf = (text: string) =>
    faultOf(() =>
      sourcesOf({ image: text }).map((source) => [
        ...decodeBase64(source.kind === "base64" ? source.text : "", location),
      ]),
    ).message;

  it.each(["example.com/cat.png", "//example.com/cat.png", "./cat.png", "/images/cat.png", "cat.png"])(
    "text like an address that is no base64 is told how an address begins: %s",
    (text) => {
      expect(messageOf(text)).toBe(`image is neither an http(s) address nor base64; ${advice}.`);
    },
  );

  it.each(["cat/photo", "/images/cat/1"])(
    "text like a path that might be cut-off base64 is told how an address begins: %s",
    (text) => {
      expect(messageOf(text)).toBe(`image is not valid base64; perhaps it was cut off; ${advice}.`);
    },
  );

  it.each(["a red cat!", "aGVsb", `${"A/".repeat(2_000)}A`])(
    "other broken base64 is not told how an address begins: %.20s",
    (text) => {
      expect(messageOf(text)).not.toContain(advice);
    },
  );
});

describe("base64", () => {
  const location = { name: "images[0]", param: "images" };
  const decoded = (text: string) => Buffer.concat([...decodeBase64(text, location)]);
  const bytes = Buffer.from(Uint8Array.from({ length: 200_001 }, (_, index) => (index * 167) & 255));

  it.each([
    ["standard", bytes.toString("base64")],
    ["url-safe", bytes.toString("base64url")],
    ["without padding", bytes.toString("base64").replace(/=+$/, "")],
    ["in lines", bytes.toString("base64").replace(/.{76}/g, "$&\r\n")],
    ["with odd white space", bytes.toString("base64").replace(/.{1001}/g, "$& \t")],
    ["one letter a line", bytes.toString("base64").replace(/./g, "$&\n")],
  ])("base64 (%s) gives the bytes", (_kind, text) => {
    expect(decoded(text).equals(bytes)).toBe(true);
  });

  it("base64 is decoded in pieces of at most 48 KiB", () => {
    const sizes = [...decodeBase64(bytes.toString("base64"), location)].map((piece) => piece.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(48 * 1024);
  });

  it.each(["a", "aGVsbG8=a", "=", "aGVs=bG8", `${"A".repeat(65_534)}==${"A".repeat(8)}`])(
    "broken base64 is refused: %.20s",
    (text) => {
      expect(faultOf(() => decoded(text))).toMatchObject({ code: "input_image_invalid", param: "images" });
    },
  );
});
