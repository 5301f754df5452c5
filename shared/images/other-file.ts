/** Names of files that are no image taken here, by their first bytes, so that a refusal can say how to convert them. Pure. */

/** What can be made of a file: an image converted, a frame or a page taken, an archive unpacked; of data nothing. */
export type FileKind = "image" | "drawing" | "video" | "document" | "archive" | "page" | "data";

export type NamedFile = {
  /** The type for people, e.g. `a HEIC image`. */
  what: string;
  kind: FileKind;
  /** The usual file ending, e.g. `heic`; empty when there is nothing to convert. */
  ending: string;
};

/** @param latin the first bytes of the file, each as one character. */
export function otherFile(latin: string): NamedFile {
  const text = latin.replace(/^\xef\xbb\xbf/, "").trimStart();
  const found =
    files.find(([, , , starts]) => starts.some((start) => isAtStart(latin, start))) ??
    texts.find(([, , , start]) => start.test(text));
  if (found !== undefined) return { what: found[0], kind: found[1], ending: found[2] };
  const isText = /^[\t\r\n\x20-\x7e]*$/.test(latin);
  return { what: isText ? "plain text" : "of a type that is not known here", kind: "data", ending: "" };
}

/** Stands for any byte in the starts below; no byte is this character. */
const any = "•";

const isAtStart = (latin: string, start: string): boolean =>
  latin.length >= start.length && [...start].every((wanted, place) => wanted === any || wanted === latin[place]);

type Row<Start> = [what: string, kind: FileKind, ending: string, start: Start];

const afterBoxSize = (...names: string[]): string[] => names.map((name) => `••••${name}`);

/** The first row that fits counts: most raw photos begin like TIFF, and HEIC like a video. */
const files: Row<string[]>[] = [
  ["a JPEG XL image", "image", "jxl", ["\xff\x0a", "\0\0\0\x0cJXL \r\n\x87\n"]],
  ["a JPEG 2000 image", "image", "jp2", ["\0\0\0\x0cjP  \r\n\x87\n", "\xff\x4f\xff\x51"]],
  ["a JPEG XR image", "image", "jxr", ["II\xbc\0", "II\xbc\x01"]],
  ["a HEIC image", "image", "heic", afterBoxSize("ftyphei", "ftyphev", "ftypmif1", "ftypmsf1")],
  ["a raw photo (CR3)", "image", "cr3", afterBoxSize("ftypcrx ")],
  ["a raw photo (CR2)", "image", "cr2", ["II*\0••••CR"]],
  ["a raw photo (RAF)", "image", "raf", ["FUJIFILMCCD-RAW"]],
  ["a raw photo (ORF)", "image", "orf", ["IIRO", "IIRS", "MMOR"]],
  ["a raw photo (RW2)", "image", "rw2", ["IIU\0"]],
  ["a TIFF image", "image", "tif", ["II*\0", "MM\0*"]],
  ["a BigTIFF image", "image", "tif", ["II+\0", "MM\0+"]],
  ["a TGA image", "image", "tga", ["\x02", "\x03", "\x0a", "\x0b"].map((type) => `\0\0${type}\0\0\0\0\0`)],
  // With a palette of 24 bits an entry.
  ["a TGA image", "image", "tga", ["\x01", "\x09"].map((type) => `\0\x01${type}\0\0••\x18`)],
  ["an icon (ICO)", "image", "ico", ["\0\0\x01\0•\0"]],
  ["a cursor (CUR)", "image", "cur", ["\0\0\x02\0•\0"]],
  ["an icon (ICNS)", "image", "icns", ["icns"]],
  ["a Photoshop document (PSD)", "image", "psd", ["8BPS\0\x01", "8BPS\0\x02"]],
  ["a GIMP image (XCF)", "image", "xcf", ["gimp xcf"]],
  ["an OpenEXR image", "image", "exr", ["v/1\x01"]],
  ["a Radiance HDR image", "image", "hdr", ["#?RADIANCE", "#?RGBE"]],
  ["a DDS image", "image", "dds", ["DDS |\0\0\0"]],
  ["a QOI image", "image", "qoi", ["qoif"]],
  ["a PNM image", "image", "pnm", ["P1\n", "P2\n", "P3\n", "P4\n", "P5\n", "P6\n", "P7\n", "PF\n", "Pf\n"]],
  ["a PCX image", "image", "pcx", ["\n\x05\x01"]],
  ["an MNG animation", "image", "mng", ["\x8aMNG\r\n\x1a\n"]],
  ["a FITS image", "image", "fits", ["SIMPLE  ="]],
  ["an EPS drawing", "drawing", "eps", ["%!PS", "\xc5\xd0\xd3\xc6"]],
  ["a WMF drawing", "drawing", "wmf", ["\xd7\xcd\xc6\x9a"]],
  ["an EMF drawing", "drawing", "emf", [`\x01\0\0\0${any.repeat(36)} EMF`]],
  ["a video", "video", "mp4", afterBoxSize("ftyp", "moov", "mdat", "wide")],
  ["a video", "video", "mkv", ["\x1aE\xdf\xa3"]],
  ["a video", "video", "avi", ["RIFF••••AVI "]],
  ["a video", "video", "mpg", ["\0\0\x01\xba", "\0\0\x01\xb3"]],
  ["a PDF document", "document", "pdf", ["%PDF"]],
  ["a zip archive", "archive", "zip", ["PK\x03\x04"]],
  ["a gzip archive", "archive", "gz", ["\x1f\x8b"]],
  ["a 7z archive", "archive", "7z", ["7z\xbc\xaf"]],
  ["a RAR archive", "archive", "rar", ["Rar!\x1a"]],
];

/** Blanks and a byte order mark may come first. */
const texts: Row<RegExp>[] = [
  ["an HTML page", "page", "html", /^(<!doctype html|<html|<head|<body)/i],
  ["an SVG drawing", "drawing", "svg", /^<svg/i],
  ["XML, perhaps an SVG drawing", "drawing", "svg", /^</],
  ["JSON", "data", "", /^[{[]/],
];
