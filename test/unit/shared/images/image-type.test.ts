import { expect, it } from "vitest";
import { imageType, typeHeadBytes } from "#shared/images/image-type.ts";

const bytesOf = (latin: string) => Uint8Array.from(latin, (letter) => letter.charCodeAt(0));

it.each([
  ["image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF"],
  ["image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L"],
  ["image/gif", "GIF87a\x01\x00"],
  ["image/gif", "GIF89a\x01\x00"],
  ["image/bmp", `BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0`],
  ["image/bmp", `BM\x46\0\0\0\0\0\0\0\x8a\0\0\0\x7c\0\0\0\x02\0\0\0`],
  ["image/avif", "\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B"],
  ["image/avif", "\0\0\0\x20ftypavis\0\0\0\0avifmsf1miafMA1B"],
  ["image/avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf\0\0\0\x08meta"],
])("an image is %s by the bytes %j", (contentType, head) => {
  expect(imageType(bytesOf(head))).toMatchObject({ contentType });
});

it("an image is recognised by its first bytes alone, whatever follows them", () => {
  const head = bytesOf("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
  expect(imageType(Uint8Array.from([...head, ...Array(typeHeadBytes * 4).fill(0x3c)]))).toMatchObject({
    contentType: "image/png",
    what: "a PNG image",
  });
});

it.each([
  ["an HTML page", "<!DOCTYPE html><html>"],
  ["an HTML page", "\n  <html lang=en>"],
  ["an SVG drawing", '<svg xmlns="http://www.w3.org/2000/svg">'],
  ["XML, perhaps an SVG drawing", '\xef\xbb\xbf<?xml version="1.0"?><svg>'],
  ["JSON", '{"error":"not found"}'],
  ["a HEIC image", "\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf\0\0\0\x08avif"],
  ["a HEIC image", "\0\0\0\x20ftypheic\0\0\0\0"],
  ["a video", "\0\0\0\x20ftypisom\0\0\0\0"],
  ["a HEIC image", "\0\0\0\x18ftypheix\0\0\0\0mif1heix"],
  ["a JPEG XL image", "\xff\x0a\xfa\x1f\x01\x91"],
  ["a JPEG XL image", "\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl "],
  ["a JPEG 2000 image", "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 "],
  ["a JPEG 2000 image", "\xff\x4f\xff\x51\0\x2f"],
  ["a JPEG XR image", "II\xbc\x01\x20\0\0\0"],
  ["a raw photo (CR3)", "\0\0\0\x18ftypcrx \0\0\0\x01"],
  ["a raw photo (CR2)", "II*\0\x10\0\0\0CR\x02\0"],
  ["a raw photo (RAF)", "FUJIFILMCCD-RAW 0201"],
  ["a raw photo (ORF)", "IIRO\x08\0\0\0"],
  ["a raw photo (RW2)", "IIU\0\x18\0\0\0"],
  ["a TIFF image", "II*\0\x08\0\0\0"],
  ["a TIFF image", "MM\0*\0\0\0\x08"],
  ["a BigTIFF image", "II+\0\x08\0\0\0"],
  ["a BigTIFF image", "MM\0+\0\x08\0\0"],
  ["an icon (ICO)", "\0\0\x01\0\x02\0\x10\x10\0\0\x01\0\x20\0"],
  ["a cursor (CUR)", "\0\0\x02\0\x01\0\x20\x20\0\0\x01\0\x01\0"],
  ["a TGA image", "\0\0\x02\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x18\0"],
  ["a TGA image", "\0\0\x0a\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x20\x28"],
  ["a TGA image", "\0\x01\x01\0\0\x04\0\x18\0\0\0\0\x30\0\x20\0\x08\0"],
  ["an icon (ICNS)", "icns\0\0\x10\0"],
  ["a Photoshop document (PSD)", "8BPS\0\x01\0\0"],
  ["a Photoshop document (PSD)", "8BPS\0\x02\0\0"],
  ["a GIMP image (XCF)", "gimp xcf v011\0"],
  ["an OpenEXR image", "v/1\x01\x02\0\0\0"],
  ["a Radiance HDR image", "#?RADIANCE\n"],
  ["a DDS image", "DDS |\0\0\0"],
  ["a QOI image", "qoif\0\0\0\x40"],
  ["a PNM image", "P6\n64 64\n255\n"],
  ["a PCX image", "\n\x05\x01\x08\0\0"],
  ["an MNG animation", "\x8aMNG\r\n\x1a\n"],
  ["a FITS image", "SIMPLE  =                    T"],
  ["an EPS drawing", "%!PS-Adobe-3.0 EPSF-3.0\n"],
  ["a WMF drawing", "\xd7\xcd\xc6\x9a\0\0"],
  ["an EMF drawing", `\x01\0\0\0\x6c\0\0\0${"\0".repeat(32)} EMF\0\0\x01\0`],
  ["a video", "\0\0\0\x14ftypqt  "],
  ["a video", "\x1aE\xdf\xa3\x01\0\0\0"],
  ["a video", "RIFF\x1a\0\0\0AVI LIST"],
  ["a video", "\0\0\x01\xba\x21\0"],
  ["a gzip archive", "\x1f\x8b\x08\0"],
  ["a 7z archive", "7z\xbc\xaf\x27\x1c\0\x04"],
  ["a RAR archive", "Rar!\x1a\x07\x01\0"],
  ["a PDF document", "%PDF-1.7\n"],
  ["a zip archive", "PK\x03\x04\x14\0"],
  ["plain text", "P1 is the first of six, icns is not, nor gimp"],
  ["plain text", "BMW is a maker of cars, not of bitmaps"],
  ["plain text", "RIFF, said he, WEBP"],
  ["of a type that is not known here", "\0\0\0\0\0\0\0\0"],
  ["of a type that is not known here", "RIFF\x1a\0\0\0WAVEfmt "],
  ["of a type that is not known here", "\x89PNG\n\x1a\n"],
])("a file is no image but %s by the bytes %j", (what, head) => {
  expect(imageType(bytesOf(head))).toMatchObject({ contentType: null, what });
});
