import { expect, test } from "vitest";
import { createPressGuard } from "#web/tasks/press-guard.ts";

test("a double press of one button counts once; other buttons and later presses count", () => {
  let now = 0;
  const counts = createPressGuard(() => now);
  expect(counts("again k1")).toBe(true);
  now = 300;
  expect(counts("again k1")).toBe(false);
  expect(counts("again k2")).toBe(true);
  now = 799;
  expect(counts("again k1")).toBe(false);
  now = 800;
  expect(counts("again k1")).toBe(true);
});
