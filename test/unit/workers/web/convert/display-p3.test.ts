import { expect, it } from "vitest";
import { convertDisplayP3 } from "#web/convert/heic/display-p3.ts";

const converted = (...pixels: number[]): number[] => {
  const bytes = Uint8ClampedArray.from(pixels);
  convertDisplayP3(bytes);
  return [...bytes];
};

it("greys, black and white stay as they are, and so does the transparency", () => {
  for (const value of [0, 1, 17, 128, 254, 255]) {
    expect(converted(value, value, value, value)).toEqual([value, value, value, value]);
  }
});

// By the matrices of CSS Color 4, over XYZ.
it.each([
  [
    [122, 20, 20],
    [134, 0, 11],
  ],
  [
    [100, 150, 200],
    [84, 152, 205],
  ],
  [
    [255, 0, 0],
    [255, 0, 0],
  ],
])("the colour %j of Display P3 is %j in sRGB, within its range", (given, wanted) => {
  const [red = 0, green = 0, blue = 0] = converted(...given, 255);
  const differences = wanted.map((value, channel) => Math.abs(value - ([red, green, blue][channel] ?? 0)));
  expect(Math.max(...differences), `${red}, ${green}, ${blue}`).toBeLessThanOrEqual(1);
});
