import { expect, it } from "vitest";
import { smallLink } from "#shared/upstreams/dreamina/links.ts";

const link = (side: string | number) => `https://pics.example.com/~aigc_resize:${side}:${side}.webp`;
const offered = (...sides: (string | number)[]) => Object.fromEntries(sides.map((side) => [side, link(side)]));

it.each([
  [480, [360, 480, 720, 1080, 2400, 4096]],
  [360, [360, 720, 1080]],
  [320, [240, 320, 1080]],
  [720, [240, 720, 1080]],
  [1080, [1080, 4096]],
])("the small version is the scaled copy nearest to 480 pixels: %s of %j", (chosen, sides) => {
  expect(smallLink(offered(...sides))).toBe(link(chosen));
});

it.each([[[]], [[240]], [[319, 1081]], [[2400, 4096]], [["smart_crop-w:360-h:360"]], [["", "NaN"]]])(
  "a copy below 320 or above 1080 pixels, or of an unknown size, is no small version: %j",
  (sides) => {
    expect(smallLink(offered(...sides))).toBeNull();
  },
);

it("a link that cannot be fetched is passed over", () => {
  const links = { "480": "/relative", "720": "", "360": null, "1080": link(1080) };
  expect(smallLink(links)).toBe(link(1080));
});

it("a link is decoded as the upstream signed it", () => {
  expect(smallLink({ "480": "https://pics.example.com/a?x=1\\u0026y=2&amp;z=3" })).toBe(
    "https://pics.example.com/a?x=1&y=2&z=3",
  );
});
