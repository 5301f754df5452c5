import { expect, it } from "vitest";
import { isWideGamut } from "#web/convert/heic/wide-gamut.ts";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

it.each([
  ["the number of its primaries", "colrnclx\0\x0c\0\x0d\0\x06\x80"],
  ["the name of its profile", "colrprof\0\0\x02\x24applmntrRGB XYZ desc\0\0\0\x0bDisplay P3\0"],
  ["the name of its profile in letters of 16 bits", "colrprofmluc\0D\0i\0s\0p\0l\0a\0y\0 \0P\x003"],
])("a HEIC file has the colours of Display P3 by %s", (_what, text) => {
  expect(isWideGamut(bytes(`\0\0\0\x18ftypheic${text}`))).toBe(true);
});

it.each([
  ["sRGB by number", "colrnclx\0\x01\0\x0d\0\x06\x80"],
  ["a profile of sRGB", "colrprofdesc\0\0\0\x0bsRGB IEC61966-2.1"],
  ["no colours stated", ""],
])("a HEIC file with %s has not", (_what, text) => {
  expect(isWideGamut(bytes(`\0\0\0\x18ftypheic${text}`))).toBe(false);
});
