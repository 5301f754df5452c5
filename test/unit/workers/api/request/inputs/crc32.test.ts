import { crc32 as zlibCrc32 } from "node:zlib";
import { expect, it } from "vitest";
import { crc32, crc32Hex } from "#api/request/inputs/crc32.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

it.each([
  ["123456789", "cbf43926"],
  ["", "00000000"],
  ["a", "e8b7be43"],
  ["The quick brown fox jumps over the lazy dog", "414fa339"],
])("the checksum of %j is %s", (text, expected) => {
  expect(crc32Hex(crc32(bytesOf(text)))).toBe(expected);
});

it("a checksum keeps its leading zeros", () => {
  expect(crc32Hex(0xab)).toBe("000000ab");
});

it("the checksum of bytes in pieces is that of the whole, wherever they are cut", () => {
  const whole = Uint8Array.from({ length: 61 }, (_, place) => (place * 151) & 255);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    expect(crc32(whole.subarray(cut), crc32(whole.subarray(0, cut)))).toBe(zlibCrc32(whole));
  }
});

it("the checksum of a megabyte is what zlib computes", () => {
  const many = Uint8Array.from({ length: 1_000_003 }, (_, place) => (place * place + 7) & 255);
  expect(crc32(many)).toBe(zlibCrc32(many));
});
