import { describe, expect, it } from "vitest";
import { AppError } from "../../../../shared/errors.ts";
import { taskRequestSchema } from "../../../../shared/task/schema.ts";
import { ratios, resolutions, sizes } from "../../../../shared/upstream/index.ts";
import { imageRequestSchema, resolveRequest, runsModel } from "../../../../workers/api/image-request.ts";
import { aRequest } from "../../../support/task.ts";
import { aSession } from "../../../support/upstream.ts";

const randomSeed = 2_512_345_678;
const sessions = [aSession({ region: "hk" })];

/** A body as it comes in, checked and resolved. */
function resolved(body: Record<string, unknown> = {}, by = sessions) {
  return resolveRequest(imageRequestSchema.parse({ prompt: "a red fox", ...body }), by, randomSeed).request;
}
const isRefused = (body: Record<string, unknown>) =>
  !imageRequestSchema.safeParse({ prompt: "a red fox", ...body }).success;

function refusalOf(body: Record<string, unknown>, by = sessions): AppError {
  try {
    resolved(body, by);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a request", () => {
  it("with a prompt alone has every default", () => {
    expect(resolved()).toEqual(aRequest());
  });

  it("takes every field as it was sent", () => {
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
      seed: 0,
    });
  });

  it("with nulls is the one without those fields", () => {
    const names =
      "model ratio resolution negative_prompt sample_strength intelligent_ratio n seed size quality response_format";
    expect(resolved(Object.fromEntries(names.split(" ").map((name) => [name, null])))).toEqual(aRequest());
  });

  it("with fields nobody knows is the one without them", () => {
    expect(resolved({ user: "me", style: "vivid", background: "auto", whatever: {} })).toEqual(aRequest());
  });

  it("comes to something that can be stored", () => {
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
    ["n", 9],
    ["n", 1.5],
    ["n", "2"],
    ["seed", -1],
    ["seed", 2 ** 32],
    ["seed", 1.5],
    ["quality", "ultra"],
    ["response_format", "png"],
    ["model", 4.5],
    ["size", "large"],
    ["size", "1024"],
    ["size", "1024x"],
    ["size", "-1x1"],
    ["size", 1024],
  ])("with %s %j is refused", (name, value) => {
    expect(isRefused({ [name]: value })).toBe(true);
  });

  it.each([
    ["prompt", "x".repeat(8000)],
    ["prompt", ` ${"x".repeat(8000)} `],
    ["seed", 2 ** 32 - 1],
    ["n", 1],
    ["sample_strength", 1],
  ])("with %s at its limit is taken", (name, value) => {
    expect(isRefused({ [name]: value })).toBe(false);
  });
});

describe("a size", () => {
  it.each(
    resolutions.flatMap((resolution) => ratios.map((ratio) => ({ resolution, ratio, ...sizes[resolution][ratio] }))),
  )("of ours, $widthx$height, is $ratio in $resolution", ({ width, height, ratio, resolution }) => {
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
  ])("%s is nearest to %s", (size, ratio) => {
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
  ])("%s is nearest to %s", (size, resolution) => {
    expect(resolved({ size }).resolution).toBe(resolution);
  });

  it.each(["2048X1152", " 2048 x 1152 ", "2048×1152", "2048*1152"])("may be spelt %j", (size) => {
    expect(resolved({ size })).toMatchObject({ ratio: "16:9" });
  });

  it.each(["auto", "AUTO", " auto "])("%j says nothing", (size) => {
    expect(resolved({ size })).toEqual(aRequest());
  });

  it.each(["0x0", "0x1024", "1024x0"])("%s, which is none, says nothing", (size) => {
    expect(resolved({ size })).toEqual(aRequest());
  });

  it("gives way to ratio and resolution", () => {
    expect(resolved({ size: "1024x1024", ratio: "9:16" })).toMatchObject({ ratio: "9:16" });
    expect(resolved({ size: "1024x1024", resolution: "4k" })).toMatchObject({ ratio: "1:1", resolution: "4k" });
  });

  it("is never refused for being odd", () => {
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
  ])("%s is %s", (quality, resolution) => {
    expect(resolved({ quality })).toEqual(aRequest({ resolution }));
  });

  it("gives way to resolution", () => {
    expect(resolved({ quality: "high", resolution: "1k" }).resolution).toBe("1k");
  });

  it("decides over a size, which then says the ratio only", () => {
    expect(resolved({ quality: "high", size: "1536x1024" })).toMatchObject({ ratio: "3:2", resolution: "4k" });
  });

  it("auto lets the size beside it decide", () => {
    expect(resolved({ quality: "auto", size: "1024x1024" }).resolution).toBe("1k");
  });
});

describe("a model", () => {
  it.each(["dreamina-4.5", "jimeng-4.5", "high_aes_general_v40l", "Dreamina-4.5", " JIMENG-4.5 "])(
    "%j is one of ours, told by its id",
    (model) => {
      expect(resolved({ model }).model).toBe("dreamina-4.5");
    },
  );

  it.each(["dreamina-9", "gpt-image-1", "", "4.5", "constructor"])("%j is refused, with those there are", (model) => {
    const refusal = refusalOf({ model });
    expect(refusal).toMatchObject({ code: "model_not_available", param: "model" });
    for (const id of ["dreamina-4.5", "dreamina-4.1", "dreamina-4.0"]) expect(refusal.message).toContain(id);
  });

  it("with a very long name is refused with the beginning of it", () => {
    expect(refusalOf({ model: "x".repeat(10_000) }).message.length).toBeLessThan(200);
  });

  it.each(["cn", "us", "hk", "jp", "sg"] as const)("of version 4 runs in %s", (region) => {
    expect(resolved({}, [aSession({ region })]).model).toBe("dreamina-4.5");
  });

  it("runs where its cluster is, and nowhere else", () => {
    const model = { ...resolveRequest({ prompt: "a" }, sessions, 0).model, clusters: ["cn"] as const };
    expect(runsModel(aSession({ region: "cn" }), model)).toBe(true);
    expect(runsModel(aSession({ region: "hk" }), model)).toBe(false);
  });
});
