import { expect, test } from "vitest";
import { createLruCache } from "#test/simulator/lru-cache.ts";

test("a cached value is returned without calling make again", () => {
  const recent = createLruCache<number>(2);
  expect(recent.get("a", () => 1)).toBe(1);
  expect(recent.get("a", () => 2)).toBe(1);
});

test("the least recently used key is dropped first", () => {
  const recent = createLruCache<number>(2);
  recent.get("a", () => 1);
  recent.get("b", () => 2);
  recent.get("a", () => 3);
  recent.get("c", () => 4);
  expect(recent.get("a", () => 5)).toBe(1);
  expect(recent.get("b", () => 6)).toBe(6);
});
