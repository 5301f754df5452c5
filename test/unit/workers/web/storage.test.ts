import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withForbiddenStorage, withStorage } from "./browser.ts";

beforeEach(() => vi.resetModules());
let end = () => {};
afterEach(() => end());

const seven = { name: "number", version: 1, read: (stored: unknown) => stored as number };

it("a page that can keep its values is not called forgetful", async () => {
  ({ end } = withStorage());
  const { isStorageFailing: isForgetful, storedSignal: kept, load } = await import("#web/storage/storage.ts");
  kept(seven, 0).value = 7;
  expect(load(seven)).toBe(7);
  expect(isForgetful.value).toBe(false);
});

it("a page that cannot keep a value works on and knows it", async () => {
  ({ end } = withForbiddenStorage());
  const { isStorageFailing: isForgetful, storedSignal: kept } = await import("#web/storage/storage.ts");
  const value = kept(seven, 0);
  expect(isForgetful.value).toBe(false);
  value.value = 7;
  expect(value.value).toBe(7);
  expect(isForgetful.value).toBe(true);
});
