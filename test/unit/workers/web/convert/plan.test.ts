import { expect, it } from "vitest";
import { imageType } from "#shared/images/image-type.ts";
import { planFor } from "#web/convert/plan.ts";

const planOf = (latin: string) => planFor(imageType(Uint8Array.from(latin, (letter) => letter.charCodeAt(0))));

it.each([
  ["a JPEG", "take", "\xff\xd8\xff\xe0"],
  ["an animated or plain PNG", "take", "\x89PNG\r\n\x1a\n"],
  ["a BMP", "take", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"],
  ["an AVIF", "decode", "\0\0\0\x14ftypavif\0\0\0\0mif1"],
  ["a HEIC", "decode", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
  ["a JPEG XL", "decode", "\xff\x0a"],
  ["an icon", "decode", "\0\0\x01\0\x01\0"],
  ["a Photoshop document, which no browser reads", "decode", "8BPS\0\x01"],
  ["an SVG", "draw", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
  ["XML, which may be an SVG", "draw", "<?xml version='1.0'?>"],
  ["a PDF", "refuse", "%PDF-1.7"],
  ["an EPS", "refuse", "%!PS-Adobe"],
  ["an HTML page", "refuse", "<!doctype html>"],
  ["a video", "refuse", "\0\0\0\x18ftypisom"],
  ["text", "refuse", "notes"],
  ["nothing", "refuse", ""],
])("bytes decide what happens: %s → %s", (_what, plan, latin) => {
  expect(planOf(latin)).toBe(plan);
});
