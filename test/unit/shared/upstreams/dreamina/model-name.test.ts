import { expect, it } from "vitest";
import { readModelName } from "#shared/upstreams/dreamina/model-name.ts";
import { models } from "#shared/upstreams/dreamina/models.ts";

const read = (name: string) => {
  const found = readModelName(models, name);
  return found && [found.model.id, found.ratio, found.resolution];
};

it.each([
  ["dreamina-4.5", "dreamina-4.5", null, null],
  ["dreamina-4.5-16x9-4k", "dreamina-4.5", "16:9", "4k"],
  ["dreamina-4.5-4k-16x9", "dreamina-4.5", "16:9", "4k"],
  ["dreamina-4.5-21x9", "dreamina-4.5", "21:9", null],
  ["jimeng-4.5-1k", "dreamina-4.5", null, "1k"],
  ["dreamina-5.0-pro-1.5k", "dreamina-5.0-pro", null, "1.5k"],
  ["dreamina-5.0-lite-2k-1x1", "dreamina-5.0", "1:1", "2k"],
  ["nanobanana-3x2", "nanobanana", "3:2", null],
  [" Dreamina-4.5-9X16-2K ", "dreamina-4.5", "9:16", "2k"],
  ["high_aes_general_v40l-4k", "dreamina-4.5", null, "4k"],
  ["high_aes_general_v30l_art:general_v3.0_18b-3x4-2k", "dreamina-3.1", "3:4", "2k"],
])("the name %j is the model %s with the ratio %s and the resolution %s", (name, ...read3) => {
  expect(read(name)).toEqual(read3);
});

it.each([
  "",
  "-4k",
  "dreamina-9-4k",
  "dreamina-4.5-8k",
  "dreamina-4.5-16:9",
  "dreamina-4.5-5x4",
  "dreamina-4.5-4k-2k",
  "dreamina-4.5-4k-4k",
  "dreamina-4.5-1x1-16x9",
  "dreamina-4.5-4k-16x9-2k",
  "dreamina-4.5-",
  "dreamina-4.5--4k",
  "4k-dreamina-4.5",
])("the name %j is no model", (name) => {
  expect(read(name)).toBeNull();
});

it("a name that ends like a suffix is taken whole if there is such a model", () => {
  const [first] = models;
  if (first === undefined) throw new Error("no models");
  const odd = { ...first, id: "dreamina-6-4k", aliases: [], keys: { cn: "model_v6-16x9" } };
  expect(readModelName([odd, ...models], "dreamina-6-4k")).toEqual({ model: odd, ratio: null, resolution: null });
  expect(readModelName([odd, ...models], "model_v6-16x9-4k")).toEqual({ model: odd, ratio: null, resolution: "4k" });
});

it("a raw key is passed on whole", () => {
  expect(read("raw:new-model-16x9-4k")).toEqual(["raw:new-model-16x9-4k", null, null]);
});

it("a very long name with many endings is rejected at once", () => {
  expect(read(`dreamina-4.5${"-4k".repeat(50_000)}`)).toBeNull();
});
