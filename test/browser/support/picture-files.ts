/**
 * Files that people add as reference images, by name, and what the page makes of each in three browsers. The samples
 * in test/fixtures/files have 48 by 32 pixels: red, green, blue and yellow quarters, from the top left on. Those in
 * HEIC are from `heif-enc` (libheif 1.15, x265); the turned, cropped and tiled ones have its image in other boxes.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

/** Reasons of the page. `unknown`: an image that the browser does not read. */
export type Refusal = "empty" | "notImages" | "unknown" | "cutOff" | "broken" | "tooLarge";
/** `taken`: byte for byte; `jpeg`, `png`: converted to that. */
export type Outcome = "taken" | "jpeg" | "png" | Refusal;

export type PictureFile = {
  name: string;
  bytes: Buffer;
  /** The colours of the quarters once it is upright, by their first letters; `-` is transparent. */
  quarters: string;
  /** WebKitGTK 2.50 does not heed the orientation of a PNG or AVIF. */
  webkitQuarters: string;
  chromium: Outcome;
  firefox: Outcome;
  webkit: Outcome;
};

const folder = path.join(import.meta.dirname, "../../fixtures/files");
const sample = (name: string): Buffer => readFileSync(path.join(folder, name));

type Contents = () => Buffer;

const as =
  (from: string): Contents =>
  () =>
    sample(from);
/** @param part of the bytes that are left. */
const cut =
  (from: string, part = 0.6): Contents =>
  () =>
    sample(from).subarray(0, Math.floor(sample(from).length * part));
const text =
  (contents: string): Contents =>
  () =>
    Buffer.from(contents, "latin1");
/** The same length and end, but 0 in place of the image data. */
const wiped =
  (from: string, start: number, end: number): Contents =>
  () =>
    Buffer.from(sample(from)).fill(0, start, end);

/** A HEIC that states another size, of which only the decoder hears when the properties come late. */
const heicOf =
  (from: string, side: number): Contents =>
  () => {
    const bytes = sample(from);
    const sideBytes = Buffer.alloc(4);
    sideBytes.writeUInt32BE(side);
    const size = bytes.indexOf("ispe") + 8;
    const crop = bytes.indexOf("clap") + 4;
    for (const at of [size, size + 4, crop, crop + 8]) sideBytes.copy(bytes, at);
    // In the middle of the frame.
    for (const at of [crop + 16, crop + 24]) bytes.fill(0, at, at + 4);
    const last = bytes.indexOf("meta") - 4;
    const filling = Buffer.alloc(70_000);
    filling.writeUInt32BE(filling.length);
    filling.write("free", 4);
    return from === "meta-last.heic" ? Buffer.concat([bytes.subarray(0, last), filling, bytes.subarray(last)]) : bytes;
  };

const drawnQuarters =
  '<path d="M0 0h48v32H0z"/><path fill="red" d="M0 0h24v16H0z"/><path fill="#0f0" d="M24 0h24v16H24z"/><path fill="blue" d="M0 16h24v16H0z"/><path fill="#ff0" d="M24 16h24v16H24z"/>';
const svg = (attributes: string, contents = drawnQuarters) =>
  text(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${contents}</svg>`);

type Row = string | [name: string, contents: Contents, quarters?: string, webkitQuarters?: string];
const showing = (name: string, ...colours: [string, string?]): Row => [name, as(name), ...colours];
type Browsers = Outcome | [chromium: Outcome, firefox: Outcome, webkit: Outcome];

const table: [Browsers, Row[]][] = [
  // What the API takes.
  [
    "taken",
    [
      ...["baseline.jpg", "progressive.jpg", "subsampled.jpg", "cmyk.jpg", "exif-1.jpg"],
      ...["truecolour.png", "palette.png", "interlaced.png", "sixteen-bit.png"],
      ...["lossy.webp", "lossless.webp", "animated.webp", "still.gif", "old.gif", "interlaced.gif", "animated.gif"],
      ...["palette.bmp", "rle.bmp", "v2.bmp", "v3.bmp", "v5.bmp"],
      ...["alpha.png", "alpha.webp", "lossy-alpha.webp", "transparent.gif", "alpha.bmp"].map((name) =>
        showing(name, "R-B-"),
      ),
      ...["grey.jpg", "grey.png", "bilevel.png", "bilevel.bmp"].map((name) => showing(name, "grey")),
      // Names that are wrong, strange or missing.
      ["photo.jfif", as("baseline.jpg")],
      ["a PNG called.jpg", as("truecolour.png")],
      ["a JPEG called.heic", as("subsampled.jpg")],
      ["a WebP called.png", as("lossy.webp")],
      ["a GIF called.txt", as("still.gif")],
      ["no ending", as("progressive.jpg")],
      ["照片 “一”.png", as("palette.png")],
      ["photo with a video behind it.jpg", () => Buffer.concat([sample("baseline.jpg"), Buffer.alloc(500, "moov")])],
    ],
  ],
  // JPEGs and PNGs that lie on a side or are mirrored.
  [
    "jpeg",
    [
      showing("exif-2.jpg", "GRYB"),
      showing("exif-3.jpg", "YBGR"),
      showing("exif-4.jpg", "BYRG"),
      showing("exif-5.jpg", "RBGY"),
      showing("exif-6.jpg", "BRYG"),
      showing("exif-7.jpg", "YGBR"),
      showing("exif-8.jpg", "GYRB"),
      showing("exif-6.png", "BRYG", "RGBY"),
      ["turned, without an ending", as("exif-6.jpg"), "BRYG"],
    ],
  ],
  // Other images that every browser reads.
  [
    "jpeg",
    [
      ...["lossless.avif", "subsampled.avif", "ten-bit.avif", "sequence.avif"],
      showing("turned.avif", "GYRB", "RGBY"),
      showing("mirrored.avif", "GRYB", "RGBY"),
      ...["small.ico", "two-sizes.ico", "large.ico", "pointer.cur"],
      ["an AVIF called.jpg", as("subsampled.avif")],
      ["favicon", as("small.ico")],
    ],
  ],
  ["png", [showing("bitmap.ico", "R-B-")]],
  [
    "jpeg",
    [
      ["drawing.svg", svg('width="48" height="32"')],
      ["box.svg", svg('viewBox="0 0 48 32"')],
      ["percent.svg", svg('width="100%" height="100%" viewBox="0 0 48 32"')],
      ["millimetres.svg", svg('width="48mm" height="32mm" viewBox="0 0 48 32"')],
      ["a drawing called.png", svg('viewBox="0 0 48 32"')],
      [
        "with HTML.svg",
        svg(
          'viewBox="0 0 48 32"',
          `${drawnQuarters}<foreignObject width="1" height="1"><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>`,
        ),
      ],
      [
        "with a script.svg",
        svg('viewBox="0 0 48 32"', `<script>document.documentElement.remove()</script>${drawnQuarters}`),
      ],
    ],
  ],
  ["png", [["transparent.svg", svg('viewBox="0 0 48 32"', '<path fill="red" d="M0 0h24v16H0z"/>'), "R---"]]],
  // Photos of phones: the browser decodes them, or the page's own decoder.
  [
    "jpeg",
    [
      ...["plain.heic", "plain.heif", "lossless.heic", "ten-bit.heic", "meta-last.heic"],
      showing("turned.heic", "GYRB"),
      showing("mirrored.heic", "GRYB"),
      showing("upside-down.heic", "YBGR"),
      showing("cropped.heic", "GGYY"),
      // Of two tiles, and turned, as phones write them.
      showing("tiles.heic", "BRYG"),
      // A dark red of Display P3, which only its sRGB values show as red.
      showing("wide-gamut.heic", "RRRR"),
      ["IMG_0001.jpg", as("plain.heic")],
    ],
  ],
  ["png", [showing("alpha.heic", "R-B-")]],
  // Images that some browsers read. Safari on Apple's systems reads JPEG XL and TIFF, WebKitGTK neither.
  [
    ["jpeg", "unknown", "unknown"],
    ["plain.jxl", "lossless.jxl", "container.jxl", "from-jpeg.jxl"],
  ],
  [["png", "unknown", "unknown"], [showing("alpha.jxl", "R-B-")]],
  [
    "unknown",
    [
      ...["plain.tif", "big-endian.tif", "lzw.tif", "fax.tif", "jpeg.tif", "pages.tif", "alpha.tif", "big.tif"],
      ...["plain.jp2", "codestream.j2k", "layers.psd", "plain.tga", "plain.hdr", "plain.dds", "plain.pcx"],
      ...["plain.ppm", "plain.fits", "plain.mng"],
      ["cut off.avif", cut("lossless.avif", 0.4)],
      ["cut off.ico", cut("small.ico", 0.01)],
      ["a TIFF called.jpg", as("plain.tif")],
    ],
  ],
  // Files that are no image, or no longer one.
  [
    "empty",
    [
      ["empty.png", text("")],
      ["empty", text("")],
    ],
  ],
  [
    "cutOff",
    [
      ["cut off.jpg", cut("baseline.jpg")],
      ["cut off, progressive.jpg", cut("progressive.jpg", 0.9)],
      ["cut off.png", cut("truecolour.png")],
      ["cut off.webp", cut("lossy.webp")],
      ["cut off.gif", cut("still.gif")],
      ["cut off.bmp", cut("v5.bmp")],
      ["only a head.png", cut("interlaced.png", 0.05)],
    ],
  ],
  [
    "broken",
    [
      ["without a width.png", wiped("truecolour.png", 16, 20)],
      ["wiped.webp", wiped("lossless.webp", 20, 72)],
      ["cut off.heic", cut("plain.heic", 0.9)],
      ["wiped.heic", wiped("plain.heic", 469, 796)],
      ["only a head.heic", cut("plain.heic", 0.1)],
      ["not closed.svg", text('<svg xmlns="http://www.w3.org/2000/svg"><path></svg>')],
    ],
  ],
  [
    "notImages",
    [
      ["notes.txt", text("no image")],
      ["page.png", text("<!doctype html><title>Not found</title>")],
      ["report.pdf", text("%PDF-1.7\n")],
      ["feed.svg", text("<?xml version='1.0'?><feed/>")],
      ["film.mp4", text("\0\0\0\x18ftypisom\0\0\0\0isomiso2")],
      ["pictures.zip", text("PK\x03\x04\x14\0\0\0")],
      ["zeros.jpg", text("\0".repeat(300))],
    ],
  ],
  [
    "tooLarge",
    [
      ["65,535 by 65,535.png", text("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0")],
      ["20,000 by 20,000.heic", heicOf("plain.heif", 20_000)],
      ["20,000 by 20,000, as told behind the image.heic", heicOf("meta-last.heic", 20_000)],
    ],
  ],
];

const inAll = (outcome: Browsers) => (typeof outcome === "string" ? ([outcome, outcome, outcome] as const) : outcome);

export const pictureFiles: readonly PictureFile[] = table.flatMap(([outcome, rows]) => {
  const [chromium, firefox, webkit] = inAll(outcome);
  return rows.map((row) => {
    const [name, contents, quarters = "RGBY", webkitQuarters = quarters] =
      typeof row === "string" ? [row, as(row)] : row;
    return { name, bytes: contents(), quarters, webkitQuarters, chromium, firefox, webkit };
  });
});
