import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withForbiddenStorage, withStorage } from "./browser.ts";

beforeEach(() => vi.resetModules());
let end = () => {};
afterEach(() => end());

const seven = { name: "number", version: 1, read: (stored: unknown) => stored as number };

it("a page that stores its values reports no storage failure", async () => {
  ({ end } = withStorage());
  const { isStorageFailing, storedSignal, load } = await import("#web/storage/storage.ts");
  storedSignal(seven, 0).value = 7;
  expect(load(seven)).toBe(7);
  expect(isStorageFailing.value).toBe(false);
});

it("a page that cannot store a value keeps it in memory and reports the failure", async () => {
  ({ end } = withForbiddenStorage());
  const { isStorageFailing, storedSignal } = await import("#web/storage/storage.ts");
  const value = storedSignal(seven, 0);
  expect(isStorageFailing.value).toBe(false);
  value.value = 7;
  expect(value.value).toBe(7);
  expect(isStorageFailing.value).toBe(true);
});

it("a page that comes back from the back-forward cache has the values stored meanwhile", async () => {
  const storage = withStorage();
  const heard = new EventTarget();
  vi.stubGlobal("addEventListener", heard.addEventListener.bind(heard));
  end = () => {
    storage.end();
    vi.unstubAllGlobals();
  };
  const { storedSignal } = await import("#web/storage/storage.ts");
  const value = storedSignal(seven, 0);
  storage.texts.set("dreamina.number", '{"version":1,"value":7}');
  heard.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
  expect(value.value).toBe(0);
  heard.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  expect(value.value).toBe(7);
});
