import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPartHead } from "#api/request/inputs/part-head.ts";
import { AppError } from "#shared/errors.ts";

const read = (head: string | Uint8Array) =>
  readPartHead(typeof head === "string" ? new TextEncoder().encode(head) : head, 2);

const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;

/** How clients write a name into a quoted text, or into another parameter. */
const html = (text: string) => text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const backslashes = (text: string) => text.replace(/["\\]/g, "\\$&");
const percent = (text: string) => encodeURIComponent(text).replaceAll("'", "%27");

const writers: Record<string, (fileName: string) => string> = {
  "browsers, undici and curl since 7.81": (name) => `; filename="${html(name)}"`,
  "curl before 7.81, without line ends": (name) => `; filename="${backslashes(name.replace(/[\r\n]/g, ""))}"`,
  "Go, mime/multipart": (name) => `; filename="${backslashes(name).replaceAll("\r", "%0D").replaceAll("\n", "%0A")}"`,
  "Python, urllib3 2 (requests)": (name) => `; filename="${html(name)}"`,
  "Python, urllib3 1.26, and httpx": (name) =>
    `; filename="${name
      .replaceAll("\\", "\\\\")
      .replaceAll('"', "%22")
      .replace(/[\p{Cc}--\u007f]/gv, (one) => encodeURIComponent(one))}"`,
  "Python, urllib3 before 1.25": (name) => `; filename*=utf-8''${percent(name)}`,
  "Python, aiohttp": (name) => `; filename="${percent(name)}"`,
  ".NET, HttpClient": (name) =>
    `; filename="=?utf-8?B?${Buffer.from(name).toString("base64")}?="; filename*=utf-8''${percent(name)}`,
  "Java, Apache HttpClient in extended mode": (name) => `; filename="?"; filename*="UTF-8''${percent(name)}"`,
  "mail composers, in pieces (RFC 2231)": (name) => `; filename*0*=utf-8''${percent(name)}; filename*1*=.png`,
};

describe("a file part", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.toWellFormed());
  const tricky = fc
    .array(fc.constantFrom("\\", '"', ";", "=", " ", "\r\n", "name", "filename", "'", "%22", "猫", "é", "🐈", "."))
    .map((pieces) => pieces.join(""));

  it.each(Object.entries(writers))(
    "a file of any name keeps the name of its field, as written by %s",
    (_who, write) => {
      fc.assert(
        fc.property(fc.oneof(anyText, tricky), fc.constantFrom("image", "images[]"), (fileName, name) => {
          const head = read(`${disposition(`name="${name}"`)}${write(`a${fileName}`)}\r\nContent-Type: image/png`);
          expect(head).toMatchObject({ name, isFile: true, isNamed: true });
        }),
        { numRuns: 300 },
      );
    },
  );

  it("a file name in bytes that are not UTF-8 does no harm", () => {
    const bytes = fc.uint8Array().map((drawn) => drawn.filter((byte) => ![0x0a, 0x0d, 0x22].includes(byte)));
    fc.assert(
      fc.property(bytes, (fileName) => {
        const start = Buffer.from(disposition('name="image"; filename="a'));
        expect(read(Buffer.concat([start, fileName, Buffer.from('"')]))).toMatchObject({ name: "image", isFile: true });
      }),
    );
  });

  it.each([
    'name="image"; filename="cat.png"',
    "name=image; filename=cat.png",
    "name=image;filename=猫.png;",
    'name = "image" ; filename = "cat.png" ; ',
    '\tname="image";\r\n filename="cat.png"',
    "name=\"image\";\r\n\tfilename*=UTF-8''%E7%8C%AB.png",
    'name="image"; ; filename="cat.png";;',
    'NAME="image"; FileName="cat.png"',
    'filename="cat.png"; name="image"',
    'filename="C:\\cats\\"; name="image"',
    'filename="say \\"; name=\\"prompt\\".png"; name="image"',
    "name*=UTF-8''image; filename*=UTF-8''%ZZ",
    "name*=utf-8'en'%69mage; filename=a b c.png",
    'name="image"; filename="cut off',
    'name="image"; filename="two\nlines.png"',
    'name="image"; filename="two\r\nlines.png"',
  ])("a harmless spelling of a file part is read: %j", (rest) => {
    expect(read(disposition(rest))).toMatchObject({ name: "image", isFile: true, isNamed: true });
  });

  it.each([
    "image/png",
    "IMAGE/x-png ",
    "application/octet-stream",
    "binary/octet-stream",
    "video/mp4",
    "multipart/mixed",
  ])("a part whose type is no text is a file, also without a file name: %s", (type) => {
    const head = read(`${disposition('name="image"')}\r\nContent-Type: ${type}`);
    expect(head).toMatchObject({ name: "image", isFile: true, isNamed: false });
  });

  it("a file that was not chosen in a browser has no name", () => {
    const head = read(`${disposition('name="image"; filename=""')}\r\nContent-Type: application/octet-stream`);
    expect(head).toMatchObject({ isFile: true, isNamed: false });
  });
});

describe("a text part", () => {
  it("a text part of any name keeps it, as browsers write it", () => {
    const names = fc.string({ unit: "binary", minLength: 1 }).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!/%(22|0d|0a)/i.test(name));
        expect(read(disposition(`name="${html(name)}"`))).toMatchObject({ name, isFile: false });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "text/plain",
    "text/plain; charset=UTF-8",
    "application/json",
    "application/x-www-form-urlencoded",
    "",
    "x",
  ])("a part of the type %j without a file name is a text", (type) => {
    expect(read(`${disposition('name="prompt"')}\r\nContent-Type: ${type}`).isFile).toBe(false);
  });

  it.each([
    ["Content-Type: text/plain", "utf-8"],
    ['content-type: text/plain; charset="gbk"', "gbk"],
    ["Content-Transfer-Encoding: 8bit", "utf-8"],
  ])("the charset of a text with %j is %s", (line, charset) => {
    expect(read(`${line}\r\n${disposition("name=prompt")}`).charset).toBe(charset);
  });

  it.each([
    'CONTENT-DISPOSITION:FORM-DATA;NAME="prompt"',
    'Content-Disposition : form-data ; name="prompt"',
    'Content-Length: 3\nContent-Disposition: form-data;\n name="prompt"\nX-More: 1',
    'stray words\r\nContent-Disposition: form-data; name="prompt"',
    'Content-Disposition: form-data; name="prompt"; name="prompt"',
  ])("a harmless spelling of a text part is read: %j", (head) => {
    expect(read(head)).toMatchObject({ name: "prompt", isFile: false });
  });
});

describe("a part whose name cannot be read", () => {
  it.each([
    ["", "no header Content-Disposition"],
    ["Content-Type: image/png", "no header Content-Disposition"],
    ['Content Disposition: form-data; name="image"', "no header Content-Disposition"],
    ["\u0000: x", "no header Content-Disposition"],
    [disposition('name="image"\r\nContent-Disposition: form-data; name="mask"'), "twice"],
    ['Content-Disposition: attachment; name="image"; filename="a.png"', "not form-data"],
    ['Content-Disposition: name="image"', "not form-data"],
    ["Content-Disposition: form-data", "no name that can be read"],
    [disposition('filename="a.png"'), "no name that can be read"],
    [disposition('name=""'), "no name that can be read"],
    [disposition("name"), "no name that can be read"],
    [disposition('name="image'), "no name that can be read"],
    [disposition('name="image"x; filename="a.png"'), "no name that can be read"],
    [disposition('name="image"; name="mask"'), "no name that can be read"],
    [disposition('filename="a.png; name=image'), "no name that can be read"],
    [disposition("name*=UTF-8''%E7%8C; filename=a"), "no name that can be read"],
    [disposition("name*=no-such-charset''image; filename=a"), "no name that can be read"],
    [disposition("name*=image; filename=a"), "no name that can be read"],
    [`${disposition("name=prompt")}\r\nContent-Transfer-Encoding: Base64`, "encoded as base64"],
  ])("a part whose head is %j is refused, with its place in the form", (head, words) => {
    const error = faultOf(() => read(head));
    expect(error).toMatchObject({ code: "invalid_value", param: null });
    expect(error.message).toContain("part 2 ");
    expect(error.message).toContain(words);
  });

  it("a name in bytes that are not UTF-8 cannot be read", () => {
    expect(faultOf(() => read(Buffer.from(disposition('name="\u00e9"; filename="a"'), "latin1"))).message).toContain(
      "no name that can be read",
    );
  });
});

function faultOf(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
