import { describe, expect, it } from "vitest";
import { type Counting, countingOfTasks } from "#api/request/counts.ts";
import { fromForm } from "#api/request/from-form.ts";
import { resolveRequest } from "#api/request/image-request.ts";
import { AppError } from "#shared/errors.ts";
import { ratios } from "#shared/image-shape.ts";
import { taskRequestSchema } from "#shared/task/request.ts";
import {
  type Credential,
  defaultUpstreamConfig,
  findModel,
  sizeOf,
  upstreamConfigFrom,
} from "#shared/upstreams/index.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { aRequest } from "#test/support/task.ts";
import { aCredential } from "#test/support/upstream.ts";

const randomSeed = 2_512_345_678;
const credentials = [aCredential("hk")];
type Given = Omit<Parameters<typeof resolveRequest>[1], "counting"> & { counting: Counting };
const given: Given = {
  credentials,
  upstreamConfig: defaultUpstreamConfig,
  randomSeed,
  inputCount: 0,
  counting: countingOfTasks,
};

/** A body as it comes in, checked and resolved. */
const resolve = (body: Record<string, unknown> = {}, bend: Partial<Given> = {}) =>
  resolveRequest(imageRequestSchema.parse({ prompt: "a red fox", ...body }), { ...given, ...bend });
const resolved = (body: Record<string, unknown> = {}, by: Credential[] = credentials) =>
  resolve(body, { credentials: by }).request;
const isRefused = (body: Record<string, unknown>) =>
  !imageRequestSchema.safeParse({ prompt: "a red fox", ...body }).success;

function refusalOf(body: Record<string, unknown>, bend: Partial<Given> = {}): AppError {
  try {
    resolve(body, bend);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a request", () => {
  it("a request with a prompt alone has every default", () => {
    expect(resolved()).toEqual(aRequest());
  });

  it("a request takes every field as it was sent", () => {
    const body = {
      prompt: "  two foxes \n",
      model: "dreamina-4.0",
      ratio: "21:9",
      resolution: "4k",
      negative_prompt: " dogs ",
      sample_strength: 0,
      intelligent_ratio: true,
      n: 8,
      seed: 0,
    };
    expect(resolved(body)).toEqual({
      model: "dreamina-4.0",
      prompt: "two foxes",
      negativePrompt: "dogs",
      ratio: "21:9",
      resolution: "4k",
      sampleStrength: 0,
      intelligentRatio: true,
      count: 8,
      asked: 8,
      seed: 0,
      upstream: "dreamina",
      paid: null,
    });
  });

  it.each([
    ["the number that is sent", { n: 3 }, 0, 3],
    ["the number that is sent", { n: 1 }, 4, 1],
    ["the model's own, where no number can be sent", { n: 1, model: "dreamina-3.1" }, 0, 4],
    ["the model's own, with reference images and no number", {}, 2, 4],
    ["the model's own, with reference images and no number", { model: "dreamina-5.0-pro" }, 2, 2],
    ["not known, where the prompt may ask for another number", {}, 0, null],
  ])("what the upstream is asked for is %s (%j, %i reference images: %j)", (_what, body, inputCount, asked) => {
    expect(resolve(body, { inputCount }).request.asked).toBe(asked);
  });

  it("a request with nulls equals the one without those fields", () => {
    const names =
      "model ratio resolution negative_prompt sample_strength intelligent_ratio n seed size quality response_format output_format background";
    expect(resolved(Object.fromEntries(names.split(" ").map((name) => [name, null])))).toEqual(aRequest());
  });

  it("a request with unknown fields equals the one without them", () => {
    expect(resolved({ user: "me", style: "vivid", background: "auto", whatever: {} })).toEqual(aRequest());
  });

  it("a resolved request can be stored", () => {
    expect(taskRequestSchema.parse(resolved({ n: 3 }))).toEqual(resolved({ n: 3 }));
  });

  it.each([
    ["prompt", undefined],
    ["prompt", null],
    ["prompt", ""],
    ["prompt", "  \n "],
    ["prompt", 7],
    ["prompt", ["a"]],
    ["prompt", "x".repeat(8001)],
    ["ratio", "5:4"],
    ["ratio", "1x1"],
    ["ratio", 1],
    ["resolution", "8k"],
    ["resolution", "2K"],
    ["negative_prompt", "x".repeat(8001)],
    ["sample_strength", 1.01],
    ["sample_strength", -0.01],
    ["sample_strength", "0.5"],
    ["intelligent_ratio", "true"],
    ["intelligent_ratio", 1],
    ["n", 0],
    ["n", 11],
    ["n", 1.5],
    ["n", "2"],
    ["seed", -2],
    ["seed", 2 ** 32],
    ["seed", 1.5],
    ["quality", "ultra"],
    ["response_format", "png"],
    ["output_format", "tiff"],
    ["output_format", "PNG image"],
    ["background", "transparent"],
    ["background", " Transparent "],
    ["model", 4.5],
    ["size", "large"],
    ["size", "1024"],
    ["size", "1024x"],
    ["size", "-1x1"],
    ["size", 1024],
  ])("a request with %s %j is refused", (name, value) => {
    expect(isRefused({ [name]: value })).toBe(true);
  });

  it.each([
    ["prompt", "x".repeat(8000)],
    ["prompt", ` ${"x".repeat(8000)} `],
    ["seed", 2 ** 32 - 1],
    ["n", 1],
    ["sample_strength", 1],
  ])("a request with %s at its limit is taken", (name, value) => {
    expect(isRefused({ [name]: value })).toBe(false);
  });
});

describe("a size", () => {
  const usual = findModel(defaultUpstreamConfig.models, "dreamina-4.5");
  if (usual === null) throw new Error("no default model");
  it.each(
    usual.resolutions.flatMap((resolution) =>
      ratios.map((ratio) => ({ resolution, ratio, ...sizeOf(usual, resolution, ratio) })),
    ),
  )("our own size, $width x $height, is $ratio in $resolution", ({ width, height, ratio, resolution }) => {
    expect(resolved({ size: `${width}x${height}` })).toMatchObject({ ratio, resolution });
  });

  it.each([
    // OpenAI's own.
    ["256x256", "1:1", "1k"],
    ["512x512", "1:1", "1k"],
    ["1024x1024", "1:1", "1k"],
    ["1536x1024", "3:2", "1k"],
    ["1024x1536", "2:3", "1k"],
    ["1792x1024", "16:9", "1k"],
    ["1024x1792", "9:16", "1k"],
    // Odd ones.
    ["1920x1080", "16:9", "2k"],
    ["3840x2160", "16:9", "2k"],
    ["1x1", "1:1", "1k"],
    ["1x99999", "9:16", "1k"],
    ["99999x1", "21:9", "1k"],
    ["99999x99999", "1:1", "4k"],
    ["800x1000", "3:4", "1k"],
  ])("the size %s is nearest to the ratio %s", (size, ratio) => {
    expect(resolved({ size }).ratio).toBe(ratio);
  });

  it.each([
    ["256x256", "1k"],
    ["1024x1024", "1k"],
    ["1448x1448", "1k"],
    ["1450x1450", "2k"],
    ["2048x2048", "2k"],
    ["2890x2890", "2k"],
    ["2900x2900", "4k"],
    ["99999x99999", "4k"],
  ])("the size %s is nearest to the resolution %s", (size, resolution) => {
    expect(resolved({ size }).resolution).toBe(resolution);
  });

  it.each(["2048X1152", " 2048 x 1152 ", "2048×1152", "2048*1152"])("a size may be spelt %j", (size) => {
    expect(resolved({ size })).toMatchObject({ ratio: "16:9" });
  });

  it.each(["auto", "AUTO", " auto "])("the size %j changes nothing", (size) => {
    expect(resolved({ size })).toEqual(aRequest());
  });

  it.each(["0x0", "0x1024", "1024x0"])("the size %s, which is none, changes nothing", (size) => {
    expect(resolved({ size })).toEqual(aRequest());
  });

  it("a size gives way to ratio and resolution", () => {
    expect(resolved({ size: "1024x1024", ratio: "9:16" })).toMatchObject({ ratio: "9:16" });
    expect(resolved({ size: "1024x1024", resolution: "4k" })).toMatchObject({ ratio: "1:1", resolution: "4k" });
  });

  it("a size is never refused for being odd", () => {
    expect(isRefused({ size: "100000x100000" })).toBe(false);
  });
});

describe("a quality", () => {
  it.each([
    ["low", "1k"],
    ["standard", "1k"],
    ["medium", "2k"],
    ["hd", "2k"],
    ["auto", "2k"],
    ["high", "4k"],
  ])("the quality %s is the resolution %s", (quality, resolution) => {
    expect(resolved({ quality })).toEqual(aRequest({ resolution }));
  });

  it("a quality gives way to resolution", () => {
    expect(resolved({ quality: "high", resolution: "1k" }).resolution).toBe("1k");
  });

  it("a quality wins over a size, which then decides the ratio only", () => {
    expect(resolved({ quality: "high", size: "1536x1024" })).toMatchObject({ ratio: "3:2", resolution: "4k" });
  });

  it("the quality auto lets the size beside it decide", () => {
    expect(resolved({ quality: "auto", size: "1024x1024" }).resolution).toBe("1k");
  });
});

describe("a model", () => {
  it.each(["dreamina-4.5", "jimeng-4.5", "high_aes_general_v40l", "Dreamina-4.5", " JIMENG-4.5 "])(
    "the model %j is resolved to its own id",
    (model) => {
      expect(resolved({ model }).model).toBe("dreamina-4.5");
    },
  );

  it.each(["dreamina-9", "gpt-image-9", "", "4.5", "constructor"])(
    "the unknown model %j is refused with a list of those that exist",
    (model) => {
      const refusal = refusalOf({ model });
      expect(refusal).toMatchObject({ code: "model_not_available", param: "model" });
      for (const id of ["dreamina-5.0-pro", "dreamina-4.5", "dreamina-4.1", "dreamina-4.0"]) {
        expect(refusal.message).toContain(id);
      }
    },
  );

  it("a model with a very long name is refused with the beginning of it", () => {
    const { message } = refusalOf({ model: "x".repeat(10_000) });
    expect(message).toContain(`"${"x".repeat(60)}"`);
    expect(message).not.toContain("x".repeat(61));
  });

  it.each(["cn", "us", "hk", "jp", "sg"] as const)("a model of version 4 runs in %s", (region) => {
    expect(resolved({}, [aCredential(region)]).model).toBe("dreamina-4.5");
  });

  it("a model that is elsewhere is refused with the session's region and the models there", () => {
    const { code, param, message } = refusalOf({ model: "dreamina-5.0-flash" });
    expect({ code, param }).toEqual({ code: "model_not_available", param: "model" });
    expect(message).toContain("dreamina-5.0-flash is not available in the region of your session (hk)");
    expect(message).toContain("nanobanana");
    expect(message.split("available:")[1]).not.toContain("flash");
  });

  it("a model written raw: is passed through, wherever the session is", () => {
    expect(resolved({ model: "raw:new_model:v6", resolution: "1.5k" })).toMatchObject({
      model: "raw:new_model:v6",
      resolution: "1.5k",
    });
  });

  it("a model that an operator added can be asked for", () => {
    const upstreamConfig = upstreamConfigFrom({ models: [{ id: "dreamina-5.5", keys: { sg: "v55" } }] });
    expect(resolve({ model: "jimeng-5.5" }, { upstreamConfig }).request.model).toBe("dreamina-5.5");
  });
});

describe("a model's suffix", () => {
  it("a model's suffix is a ratio and a resolution, and no part of its name", () => {
    expect(resolved({ model: "dreamina-4.5-16x9-4k" })).toEqual(aRequest({ ratio: "16:9", resolution: "4k" }));
  });

  it("a model's suffix gives way to the fields", () => {
    const model = "dreamina-4.5-16x9-4k";
    expect(resolved({ model, ratio: "2:3" })).toMatchObject({ ratio: "2:3", resolution: "4k" });
    expect(resolved({ model, resolution: "1k" })).toMatchObject({ ratio: "16:9", resolution: "1k" });
  });

  it("a model's suffix wins over size and quality", () => {
    const model = "dreamina-4.5-16x9-4k";
    expect(resolved({ model, size: "1024x1024", quality: "low" })).toMatchObject({ ratio: "16:9", resolution: "4k" });
  });

  it("a model's suffix leaves to size and quality what it does not say", () => {
    expect(resolved({ model: "dreamina-4.5-16x9", quality: "high" })).toMatchObject({
      ratio: "16:9",
      resolution: "4k",
    });
    expect(resolved({ model: "dreamina-4.5-4k", size: "1024x1536" })).toMatchObject({ ratio: "2:3", resolution: "4k" });
  });

  it("a suffix that the model does not make is refused like the field", () => {
    expect(refusalOf({ model: "dreamina-4.5-1.5k" })).toMatchObject({ code: "invalid_value", param: "resolution" });
  });
});

describe("a refusal", () => {
  it.each([
    [{ model: "dreamina-5.0", resolution: "1k" }, "resolution", "resolution is 1k; dreamina-5.0 makes 2k, 4k."],
    [{ model: "dreamina-5.0-pro", n: 5 }, "n", "n is 5; dreamina-5.0-pro makes 1, 2, 3, 4 images at once."],
    [{ model: "nanobanana", intelligent_ratio: true }, "intelligent_ratio", "nanobanana cannot choose the ratio"],
  ])("a refusal of %j names the field, the value and the allowed values", (body, param, words) => {
    const refusal = refusalOf(body);
    expect(refusal).toMatchObject({ code: "invalid_value", param });
    expect(refusal.message).toContain(words);
  });

  it("a refusal of a ratio names the region", () => {
    const refusal = refusalOf({ model: "nanobanana", ratio: "16:9" }, { credentials: [aCredential("us")] });
    expect(refusal).toMatchObject({ code: "invalid_value", param: "ratio" });
    expect(refusal.message).toBe("ratio is 16:9; in the region us, nanobanana makes 1:1.");
  });

  it("a refusal of too many reference images names the most", () => {
    const refusal = refusalOf({ model: "nanobanana" }, { inputCount: 4 });
    expect(refusal).toMatchObject({ code: "invalid_value", param: "images" });
    expect(refusal.message).toBe("4 reference images; nanobanana takes 3 at most.");
  });
});

describe("the number of images", () => {
  const openAi = { counting: { countWithoutN: 1, maySplit: true } } as const;

  it("a request of several jobs is the same in each, but for number and seed", () => {
    const { request, parts, estimatedCredits } = resolve({ n: 10, seed: 2 ** 32 - 1 }, openAi);

    expect(request).toEqual(aRequest({ count: 10, asked: 10, seed: 2 ** 32 - 1 }));
    // The same seed would make the same images again.
    expect(parts).toEqual([
      aRequest({ count: 8, asked: 8, seed: 2 ** 32 - 1 }),
      aRequest({ count: 2, asked: 2, seed: 0 }),
    ]);
    expect(estimatedCredits).toBe(40);
  });

  it("a request of one job is that job", () => {
    const { request, parts } = resolve({ n: 8 }, openAi);
    expect(parts).toEqual([request]);
  });

  it("a request of OpenAI's callers that says no number is for one image, and costs one", () => {
    expect(resolve({}, openAi)).toMatchObject({ request: { count: 1 }, parts: [{ count: 1 }], estimatedCredits: 4 });
    expect(resolve({ model: "dreamina-3.0", resolution: "1k" }, openAi)).toMatchObject({
      request: { count: null },
      estimatedCredits: 4,
    });
  });

  it("a request of the task API for more than one job makes is refused", () => {
    expect(refusalOf({ n: 9 })).toMatchObject({ code: "invalid_value", param: "n" });
  });
});

describe("the format of images", () => {
  const cn = aCredential("cn");
  const sg = aCredential("sg");

  it.each([
    ["png", cn],
    ["jpeg", sg],
    ["jpg", sg],
  ])("a request for %s can be run where the site makes it", (output_format, able) => {
    expect(resolve({ output_format }, { credentials: [cn, sg] }).able).toEqual([able]);
  });

  it("a request without a format can be run everywhere", () => {
    expect(resolve({}, { credentials: [cn, sg] }).able).toEqual([cn, sg]);
  });

  it.each([
    ["png", sg, "output_format is png; with a session of the region sg, images are jpeg. Leave it out."],
    ["jpeg", cn, "output_format is jpeg; with a session of the region cn, images are png. Leave it out."],
    ["webp", cn, "output_format is webp; with a session of the region cn, images are png. Leave it out."],
  ])(
    "a request for %s that no session's site makes is refused, with what it makes",
    (output_format, session, message) => {
      expect(refusalOf({ output_format }, { credentials: [session] })).toMatchObject({
        code: "invalid_value",
        param: "output_format",
        message,
      });
    },
  );

  it("an operator can correct the format that a site makes", () => {
    const upstreamConfig = upstreamConfigFrom({ regions: { sg: { pictureFormat: "png" } } });
    expect(resolve({ output_format: "png" }, { credentials: [sg], upstreamConfig }).able).toEqual([sg]);
  });

  it.each(["auto", "opaque", "#ffffff"])("the background %j changes nothing", (background) => {
    expect(resolved({ background })).toEqual(aRequest());
  });
});

describe("a missing value", () => {
  it.each([
    ["dreamina-4.5", "2k"],
    ["dreamina-5.0-pro", "2k"],
    ["dreamina-3.0", "2k"],
    ["nanobanana", "1k"],
  ])("a request for %s without a resolution comes in %s", (model, resolution) => {
    expect(resolved({ model }).resolution).toBe(resolution);
  });

  it.each([
    ["dreamina-5.0-pro", "low", "1.5k"],
    ["dreamina-5.0", "low", "2k"],
    ["dreamina-3.0", "high", "2k"],
    ["nanobanana", "high", "1k"],
  ])(
    "a request for %s by a quality it does not have (%s) comes in the nearest resolution, %s",
    (model, quality, resolution) => {
      expect(resolved({ model, quality }).resolution).toBe(resolution);
    },
  );

  it.each([
    ["dreamina-5.0", "1024x1024", "1:1", "2k"],
    ["dreamina-5.0-pro", "1536x1024", "3:2", "1.5k"],
    // The 1k of 3.x, which is larger than others'.
    ["dreamina-3.1", "1328x1328", "1:1", "1k"],
    ["dreamina-3.1", "99999x99999", "1:1", "2k"],
  ])("a request for %s by the size %s comes in %s and %s, and is never refused", (model, size, ratio, resolution) => {
    expect(resolved({ model, size })).toMatchObject({ ratio, resolution });
  });

  it("a size is taken to the nearest ratio that the region has", () => {
    expect(resolved({ model: "nanobanana", size: "1792x1024" }, [aCredential("us")]).ratio).toBe("1:1");
  });
});

describe("of several sessions", () => {
  const us = { ...aCredential("us"), secret: "us-us-us-us" };
  const sg = aCredential("sg");
  const cn = aCredential("cn");

  it("the sessions that have the model can run a request", () => {
    expect(resolve({ model: "nanobananapro" }, { credentials: [cn, us, sg] }).able).toEqual([us, sg]);
    expect(resolve({}, { credentials: [cn, us, sg] }).able).toEqual([cn, us, sg]);
  });

  it("the sessions whose region makes all of a request can run it", () => {
    const both = { credentials: [us, sg] };
    expect(resolve({ model: "nanobanana", ratio: "16:9" }, both)).toMatchObject({
      request: { ratio: "16:9", resolution: "1k" },
      able: [sg],
    });
    expect(resolve({ model: "nanobanana" }, both).able).toEqual([us, sg]);
  });

  it("the sessions that can run a request are the same objects that were given", () => {
    expect(resolve({}, { credentials: [us] }).able[0]).toBe(us);
  });

  it("one session is enough for a model that the others do not have", () => {
    expect(resolve({ model: "dreamina-5.0-flash" }, { credentials: [us, cn] }).able).toEqual([cn]);
  });
});

describe("a form", () => {
  it("the numbers and booleans of a form are read out of their texts", () => {
    const fields = { prompt: "7", n: " 2 ", seed: "0", sample_strength: "0.5", intelligent_ratio: "TRUE" };
    expect(fromForm(fields)).toEqual({ prompt: "7", n: 2, seed: 0, sample_strength: 0.5, intelligent_ratio: true });
    expect(fromForm({ intelligent_ratio: "false" })).toEqual({ intelligent_ratio: false });
  });

  it("fields of a form that were left empty are left out", () => {
    expect(fromForm({ prompt: "a", n: "", seed: " ", ratio: "", intelligent_ratio: "" })).toEqual({ prompt: "a" });
  });

  it("every other field of a form stays as it is", () => {
    expect(fromForm({ prompt: " true ", model: "4.5", user: "1" })).toEqual({
      prompt: " true ",
      model: "4.5",
      user: "1",
    });
  });

  it.each([
    ["n", "two"],
    ["n", "0x2"],
    ["n", "1,5"],
    ["n", "Infinity"],
    ["n", "1.5"],
    ["seed", "NaN"],
    ["sample_strength", "half"],
    ["sample_strength", "5e-1x"],
    ["intelligent_ratio", "yes"],
    ["intelligent_ratio", "1"],
  ])("a form with %s %j is refused by the field's name", (name, text) => {
    const parsed = imageRequestSchema.safeParse(fromForm({ prompt: "a", [name]: text }));
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([[name]]);
  });

  it("a form that is filled in well is a request like any other", () => {
    expect(resolved(fromForm({ n: "3", sample_strength: ".25", seed: "12" }))).toEqual(
      aRequest({ count: 3, asked: 3, sampleStrength: 0.25, seed: 12 }),
    );
  });
});
