/** Invalid forms, drawn by fast-check: parts, their headers and the boundaries between them. */
import fc from "fast-check";
import { authorization, type Bad } from "./bad-requests.ts";
import { compositionsPath } from "./compositions.ts";

const boundary = "--x7";
/** ASCII, so that a whole body can be written as text. */
const image = `GIF89a${"0".repeat(300)};`;

type Part = { headers: string[]; body: string };
const field = (name: string, body: string): Part => ({
  headers: [`Content-Disposition: form-data; name="${name}"`],
  body,
});
const file = (name: string, fileName: string, body = image): Part => ({
  headers: [`Content-Disposition: form-data; name="${name}"; filename="${fileName}"`, "Content-Type: image/gif"],
  body,
});

const written = (parts: Part[]): string =>
  parts.map(({ headers, body }) => `--${boundary}\r\n${headers.join("\r\n")}\r\n\r\n${body}\r\n`).join("");
const closed = (parts: Part[]): string => `${written(parts)}--${boundary}--\r\n`;
const form = (body: Bad["body"] & {}, type = `multipart/form-data; boundary=${boundary}`): Bad => ({
  path: compositionsPath,
  method: "POST",
  headers: { authorization, "content-type": type },
  body,
});

const good = [field("prompt", "a lighthouse"), field("resolution", "2k"), file("image", "cat.gif")];
export const goodForm = form(closed(good));

const text = fc.string({ unit: "binary", maxLength: 60 }).map((drawn) => drawn.toWellFormed());
/** Not the boundary, and no end of headers. */
const line = text.map((drawn) => drawn.replaceAll(/[\r\n]|--/g, "_"));
const fileName = fc.oneof(
  line,
  fc.constantFrom('a"b.gif', "%22.gif", "../../x", "", 'x"; name="prompt', "字.gif", "\u0000"),
);

const cutOff = fc
  .nat({ max: written(good).length + boundary.length + 2 })
  .map((end) => form(closed(good).slice(0, end)));
const otherBoundary = fc.oneof(
  fc.constantFrom(
    "",
    "; boundary",
    "; boundary=",
    "; boundary=--x8",
    '; boundary="',
    "; charset=utf-8",
    ";;;=",
    "; x=--x7",
  ),
  fc.integer({ min: 0, max: 5_000 }).map((length) => `; boundary=${"y".repeat(length)}`),
);
const fault = fc.constantFrom(
  ...[field("n", "many"), field("n", "9"), field("seed", "1e400"), field("intelligent_ratio", "perhaps")],
  ...[field("prompt", " "), field("prompt", "x".repeat(8_001)), field("ratio", "5:4"), field("model", "no-such")],
  ...[field("image", "http://127.0.0.1/"), field("images[3]", "\u0001"), file("image[]", "no.gif", "no image")],
  ...[file("images", "empty.gif", ""), file("images", "short.gif", "GI")],
  ...[
    { headers: [], body: "" },
    { headers: ["Content-Disposition: form-data"], body: "x" },
  ],
  ...[
    { headers: ["Content-Disposition: attachment; name=prompt"], body: "x" },
    { headers: ["\u0000: x"], body: "" },
  ],
  ...[file("image2", "cat.gif"), file("photo", "猫.gif", ""), file("mask", "猫.gif"), field("images", "[{}]")],
  ...[
    { headers: [`Content-Disposition: form-data; name="image; filename="a.gif"`], body: image },
    { headers: [`Content-Disposition: form-data; filename="猫.gif"`, "Content-Type: image/gif"], body: image },
    { headers: ["Content-Disposition: form-data; name=more", "Content-Transfer-Encoding: base64"], body: "eA==" },
  ],
);

export const brokenForms = fc.oneof(
  cutOff,
  otherBoundary.map((ending) => form(closed(good), `multipart/form-data${ending}`)),
  text.map((drawn) => form(drawn)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => form(Uint8Array.from(bytes))),
  // Last, because the last of two fields with one name counts.
  fault.map((part) => form(closed([...good, part]))),
  // Without a prompt, or without an image.
  fc.nat({ max: 1 }).map((place) => form(closed(good.toSpliced(place * 2, 1)))),
  fileName.map((name) => form(closed([field("prompt", "x"), file("image", name, "no image")]))),
  line.map((name) => form(closed([file("image", "cat.gif"), file(`x${name}`, "cat.gif")]))),
  fc.integer({ min: 98, max: 400 }).map((count) => form(closed([...good, ...Array(count).fill(field("more", ""))]))),
  fc
    .integer({ min: 10, max: 20 })
    .map((count) => form(closed([...good, ...Array(count).fill(file("image[]", "a.gif"))]))),
);
