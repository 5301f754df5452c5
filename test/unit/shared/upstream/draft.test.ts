import { describe, expect, it } from "vitest";
import { type ImageJob, submitBody } from "../../../../shared/upstream/draft.ts";
import { ratioCodes, ratios, resolutions, sizes } from "../../../../shared/upstream/models.ts";
import { regionIds, regions } from "../../../../shared/upstream/region.ts";
import { aJob, countedIds, fixture } from "../../../support/upstream.ts";

const madeAt = 1_771_000_000_000;
const bodyOf = (job: ImageJob = aJob(), region: keyof typeof regions = "cn") =>
  submitBody(job, regions[region], countedIds(), madeAt);

/** The draft, with the parts tests look at. */
type Draft = {
  main_component_id: string;
  component_list: [
    {
      id: string;
      abilities: {
        generate: { core_param: Record<string, unknown> };
        gen_option: Record<string, unknown>;
      } & Record<string, unknown>;
    },
  ];
};
const draftOf = (job?: ImageJob): Draft => JSON.parse(bodyOf(job).draft_content);
const coreOf = (job?: ImageJob) => draftOf(job).component_list[0].abilities.generate.core_param;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Ids and version, which differ each time, in the fixture's words. */
function named(value: unknown, component: string): unknown {
  if (Array.isArray(value)) return value.map((one) => named(one, component));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => [
      key,
      key === "version" ? "<version>" : named(one, component),
    ]);
    return Object.fromEntries(entries);
  }
  if (value === component) return "<component>";
  return typeof value === "string" && uuid.test(value) ? "<uuid>" : value;
}

describe("the draft", () => {
  it("has the shape a browser sends", () => {
    const draft = draftOf();
    expect(named(draft, draft.main_component_id)).toEqual(fixture("draft").draft);
  });

  it("is a text in the body, not an object", () => {
    expect(bodyOf().draft_content).toBeTypeOf("string");
    expect(bodyOf().metrics_extra).toBeTypeOf("string");
  });

  it("has a fresh id for every part; only the component's is said twice", () => {
    const ids = bodyOf().draft_content.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
    expect(new Set(ids).size).toBe(ids.length - 1);
    const draft = draftOf();
    expect(draft.component_list[0].id).toBe(draft.main_component_id);
    expect(ids).not.toContain(aJob().submitId);
  });

  it("has its options beside generate, not in it", () => {
    const { abilities } = draftOf(aJob({ count: 3 })).component_list[0];
    expect(abilities.gen_option).toMatchObject({ generate_all: false, gen_count: 3 });
    expect(JSON.stringify(abilities.generate)).not.toContain("gen_");
  });

  it("names no count when none is wanted", () => {
    expect(draftOf().component_list[0].abilities.gen_option).not.toHaveProperty("gen_count");
  });

  it.each(ratios)("names the code of %s", (ratio) => {
    expect(coreOf(aJob({ ratio })).image_ratio).toBe(ratioCodes[ratio]);
  });

  it("leaves the ratio out when the model chooses it", () => {
    const core = coreOf(aJob({ intelligentRatio: true }));
    expect(core).not.toHaveProperty("image_ratio");
    expect(core.intelligent_ratio).toBe(true);
  });

  it.each(resolutions)("says %s and its size", (resolution) => {
    expect(coreOf(aJob({ resolution, ratio: "4:3" })).large_image_info).toMatchObject({
      ...sizes[resolution]["4:3"],
      resolution_type: resolution,
    });
  });

  it("carries what the caller asked for, letter by letter", () => {
    const job = aJob({ prompt: 'a "fox"\n狐 🦊', negativePrompt: "no\tdogs", seed: 4_294_967_295, sampleStrength: 0 });
    expect(coreOf(job)).toMatchObject({
      prompt: job.prompt,
      negative_prompt: job.negativePrompt,
      seed: 4_294_967_295,
      sample_strength: 0,
    });
  });

  it("is dated with the moment that was given", () => {
    expect(bodyOf().draft_content).toContain(`"created_time_in_ms":"${madeAt}"`);
  });
});

describe("the body around it", () => {
  it("names the job by the id that was given", () => {
    expect(bodyOf().submit_id).toBe(aJob().submitId);
    expect(JSON.parse(bodyOf().metrics_extra).generateId).toBe(aJob().submitId);
  });

  it("names the same model as the draft, and the default workspace", () => {
    expect(bodyOf().extend).toEqual({ root_model: coreOf().model, workspace_id: 0 });
  });

  it.each(regionIds)("names the app of %s", (region) => {
    expect(bodyOf(aJob(), region).http_common_info).toEqual({ aid: region === "cn" ? 513695 : 513641 });
  });

  it("says generateCount 1 whatever is wanted, and the number beside it", () => {
    const metrics = JSON.parse(bodyOf(aJob({ count: 2 })).metrics_extra);
    expect(metrics.generateCount).toBe(1);
    expect(JSON.parse(metrics.sceneOptions)).toMatchObject([
      { scene: "ImageBasicGenerate", benefitCount: 2, abilityList: [], resolutionType: "2k" },
    ]);
  });

  it("has no other fields", () => {
    expect(Object.keys(bodyOf()).toSorted()).toEqual(
      ["extend", "submit_id", "metrics_extra", "draft_content", "http_common_info"].toSorted(),
    );
  });

  it("is the same for the same job: a repeated submit asks for the same", () => {
    expect(bodyOf()).toEqual(bodyOf());
  });
});
