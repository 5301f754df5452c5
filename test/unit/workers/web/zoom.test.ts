import { describe, expect, test } from "vitest";
import { bounded, fitted, pinched, swiped, toggled, unzoomed, zoomAt } from "#web/tasks/zoom.ts";

describe("the large view", () => {
  const stage = { width: 1000, height: 500 };
  const image = { width: 2000, height: 2000 };
  const fit = fitted(image, stage);

  test("the large view fits the whole image, and does not enlarge a small one", () => {
    expect(fit).toEqual({ width: 500, height: 500 });
    expect(fitted({ width: 100, height: 50 }, stage)).toEqual({ width: 100, height: 50 });
  });

  test("the large view zooms around a point, which stays in its place", () => {
    const point = { x: 100, y: -40 };
    const { scale, x, y } = zoomAt({ scale: 2, x: 30, y: 10 }, 2, point);
    // The same spot of the image is under the point before and after.
    expect({ x: (100 - x) / scale, y: (-40 - y) / scale }).toEqual({ x: (100 - 30) / 2, y: (-40 - 10) / 2 });
  });

  test("the scale stays between 1 and 8", () => {
    expect(zoomAt(unzoomed, 100, { x: 0, y: 0 }).scale).toBe(8);
    expect(zoomAt(unzoomed, 0.1, { x: 0, y: 0 })).toEqual(unzoomed);
  });

  test("an enlarged image cannot be moved beyond its edges", () => {
    expect(bounded({ scale: 3, x: 9999, y: -9999 }, fit, stage)).toEqual({ scale: 3, x: 250, y: -500 });
    expect(bounded({ scale: 1.5, x: 50, y: 0 }, fit, stage)).toEqual({ scale: 1.5, x: 0, y: 0 });
  });

  test("a double click shows the image pixel for pixel, and the next one the whole image", () => {
    const near = toggled(unzoomed, { x: 0, y: 0 }, image.width, fit);
    expect(near.scale).toBe(4);
    expect(toggled(near, { x: 5, y: 5 }, image.width, fit)).toEqual(unzoomed);
  });

  test("the large view follows two fingers in scale and position", () => {
    const before = [
      { x: -10, y: 0 },
      { x: 10, y: 0 },
    ] as const;
    const after = [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
    ] as const;
    expect(pinched(unzoomed, before, after)).toEqual({ scale: 2, x: 20, y: 0 });
  });

  test.each([
    [{ x: -120, y: 10 }, 600, "next"],
    [{ x: 120, y: 10 }, 600, "previous"],
    [{ x: -40, y: 0 }, 60, "next"],
    [{ x: -40, y: 0 }, 600, null],
    [{ x: 0, y: 120 }, 600, "close"],
    [{ x: 0, y: -120 }, 60, null],
  ] as const)("a swipe of %j in %d ms means %s", (moved, elapsedMs, meaning) => {
    expect(swiped(moved, elapsedMs)).toBe(meaning);
  });
});
