import { describe, expect, it } from "vitest";
import { ratios } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import { continueBody, type ImageJob, submitBody } from "#shared/upstreams/dreamina/draft.ts";
import { findModel, models } from "#shared/upstreams/dreamina/models.ts";
import { regions } from "#shared/upstreams/dreamina/region.ts";
import { ratioCodes } from "#shared/upstreams/dreamina/sizes.ts";
import { versions } from "#shared/upstreams/dreamina/versions.ts";
import { aJob, fixture } from "#test/support/upstream.ts";

const createdAt = 1_771_000_000_000;
const bodyOf = (job: ImageJob = aJob({ createdAt }), region: keyof typeof regions = "cn") =>
  submitBody(job, regions[region], versions);

function modelOf(id: string) {
  const model = findModel(models, id);
  if (model === null) throw new Error(`no ${id}`);
  return model;
}
const anInput = (name: string) => ({ uri: `tos-cn-i-tb4s082cfz/${name}`, width: 640, height: 480, format: "png" });

/** The draft, with the parts that tests read. */
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

/** Replaces ids and version, which differ each time, by those of the fixture. */
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
  it("the draft has the shape a browser sends", () => {
    const draft = draftOf();
    expect(named(draft, draft.main_component_id)).toEqual(fixture("draft").draft);
  });

  it("the draft and the metrics are texts in the body, not objects", () => {
    expect(bodyOf().draft_content).toBeTypeOf("string");
    expect(bodyOf().metrics_extra).toBeTypeOf("string");
  });

  it("the draft has a fresh id for every part; only the component's id appears twice", () => {
    const ids = bodyOf().draft_content.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
    expect(new Set(ids).size).toBe(ids.length - 1);
    const draft = draftOf();
    expect(draft.component_list[0].id).toBe(draft.main_component_id);
    expect(ids).not.toContain(aJob().submitId);
  });

  it("the draft has its options beside generate, not in it", () => {
    const { abilities } = draftOf(aJob({ count: 3 })).component_list[0];
    expect(abilities.gen_option).toMatchObject({ generate_all: false, gen_count: 3 });
    expect(JSON.stringify(abilities.generate)).not.toContain("gen_");
  });

  it("the draft has no count when none is requested", () => {
    expect(draftOf().component_list[0].abilities.gen_option).not.toHaveProperty("gen_count");
  });

  it.each(ratios)("the draft names the code of the ratio %s", (ratio) => {
    expect(coreOf(aJob({ ratio })).image_ratio).toBe(ratioCodes[ratio]);
  });

  it("the draft leaves the ratio out when the model chooses it", () => {
    const core = coreOf(aJob({ intelligentRatio: true }));
    expect(core).not.toHaveProperty("image_ratio");
    expect(core.intelligent_ratio).toBe(true);
  });

  it("the draft has the values of the request unchanged", () => {
    const job = aJob({ prompt: 'a "fox"\n狐 🦊', negativePrompt: "no\tdogs", seed: 4_294_967_295, sampleStrength: 0 });
    expect(coreOf(job)).toMatchObject({
      prompt: job.prompt,
      negative_prompt: job.negativePrompt,
      seed: 4_294_967_295,
      sample_strength: 0,
    });
  });

  it("the draft has the given moment as its date", () => {
    expect(bodyOf().draft_content).toContain(`"created_time_in_ms":"${createdAt}"`);
  });
});

describe("the body around it", () => {
  it("the body has the given id of the job", () => {
    expect(bodyOf().submit_id).toBe(aJob().submitId);
    expect(JSON.parse(bodyOf().metrics_extra).generateId).toBe(aJob().submitId);
  });

  it("the body names the same model as the draft, and the default workspace", () => {
    expect(bodyOf().extend).toEqual({ root_model: coreOf().model, workspace_id: 0 });
  });

  it.each(regionIds)("the body names the app of %s", (region) => {
    expect(bodyOf(aJob(), region).http_common_info).toEqual({ aid: region === "cn" ? 513695 : 513641 });
  });

  it("the body has generateCount 1 for every number of images, and the number as benefitCount", () => {
    const metrics = JSON.parse(bodyOf(aJob({ count: 2 })).metrics_extra);
    expect(metrics.generateCount).toBe(1);
    expect(JSON.parse(metrics.sceneOptions)).toMatchObject([
      { scene: "ImageBasicGenerate", benefitCount: 2, abilityList: [], resolutionType: "2k" },
    ]);
  });

  it("the body has exactly the five known fields", () => {
    expect(Object.keys(bodyOf()).toSorted()).toEqual(
      ["extend", "submit_id", "metrics_extra", "draft_content", "http_common_info"].toSorted(),
    );
  });

  it("the body is identical for the same job, so that a repeated submit requests the same", () => {
    const job = { createdAt, inputs: [anInput("a"), anInput("b")] };
    expect(JSON.stringify(bodyOf(aJob(job)))).toBe(JSON.stringify(bodyOf(aJob(job))));
  });

  it("the body has other ids for another job", () => {
    const idsIn = (job: ImageJob): string[] => bodyOf(job).draft_content.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
    const first = idsIn(aJob());
    const second = idsIn(aJob({ submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000002" }));
    expect(first.filter((id) => second.includes(id))).toEqual([]);
    for (const id of first) expect(id).toMatch(uuid);
  });

  it("the body uses the versions that were given", () => {
    const body = submitBody(aJob(), regions.cn, { ...versions, draft: "9.9.9" });
    expect(JSON.parse(body.draft_content)).toMatchObject({ version: "9.9.9", min_version: "3.0.2" });
  });

  it("the body has the model key of the region's cluster", () => {
    const job = aJob({ model: modelOf("dreamina-3.1"), resolution: "1k" });
    expect(bodyOf(job, "cn").extend.root_model).toBe("high_aes_general_v30l_art_fangzhou:general_v3.0_18b");
    expect(bodyOf(job, "jp").extend.root_model).toBe("high_aes_general_v30l_art:general_v3.0_18b");
  });

  it("the body is not made for a cluster that does not have the model", () => {
    expect(() => bodyOf(aJob({ model: modelOf("nanobanana") }), "cn")).toThrow("nanobanana is not on cn");
  });

  it("the body has no number for a model without a count", () => {
    const job = aJob({ model: modelOf("dreamina-3.0"), resolution: "1k", count: 2 });
    expect(bodyOf(job).draft_content).not.toContain("gen_count");
  });
});

describe("a draft with reference images", () => {
  const blendOf = (bend: Partial<ImageJob>) => {
    const draft = JSON.parse(bodyOf(aJob({ createdAt, ...bend })).draft_content);
    return { draft, component: draft.component_list[0], blend: draft.component_list[0].abilities.blend };
  };
  const one = { inputs: [anInput("a")] };
  const three = { inputs: ["a", "b", "c"].map(anInput) };

  it("a draft with reference images has the shape clients send", () => {
    const { draft } = blendOf(three);
    expect(named(draft, draft.main_component_id)).toEqual(fixture("draft-blend").draft);
  });

  it("a draft with reference images blends instead of generating", () => {
    const { component, draft } = blendOf(one);
    expect(component).toMatchObject({ generate_type: "blend", min_version: "3.0.2" });
    expect(component.abilities).not.toHaveProperty("generate");
    expect(draft.min_version).toBe("3.2.9");
  });

  it("a draft with several reference images repeats the version that blending needs", () => {
    expect(blendOf(one).blend).not.toHaveProperty("min_version");
    expect(blendOf(three).blend.min_version).toBe("3.2.9");
  });

  it("a draft has an ability, a placeholder and a sign in the prompt for each reference image", () => {
    const { blend } = blendOf({ ...three, prompt: "make it night" });
    expect(blend.core_param.prompt).toBe("######make it night");
    expect(blend.ability_list.map(({ image_uri_list }: { image_uri_list: string[] }) => image_uri_list)).toEqual(
      three.inputs.map(({ uri }) => [uri]),
    );
    expect(blend.prompt_placeholder_info_list).toMatchObject([
      { ability_index: 0 },
      { ability_index: 1 },
      { ability_index: 2 },
    ]);
  });

  it("a draft has the upstream's values of each reference image", () => {
    const { uri } = anInput("a");
    expect(blendOf(one).blend.ability_list[0].image_list).toMatchObject([
      { uri, image_uri: uri, width: 640, height: 480, format: "png", source_from: "upload" },
    ]);
  });

  it("a draft with reference images keeps the ratio even when the model chooses it", () => {
    expect(blendOf({ ...one, intelligentRatio: true }).blend.core_param).toMatchObject({
      image_ratio: ratioCodes["16:9"],
      intelligent_ratio: true,
    });
  });

  it("a draft with reference images has no negative prompt and no seed", () => {
    const { blend } = blendOf({ ...one, negativePrompt: "dogs", seed: 7 });
    expect(Object.keys(blend.core_param).filter((name) => ["negative_prompt", "seed"].includes(name))).toEqual([]);
    expect(JSON.stringify(blend)).not.toContain("dogs");
  });

  it("a draft has the requested strength at each reference image", () => {
    const { blend } = blendOf({ ...three, sampleStrength: 0.8 });
    expect(blend.core_param.sample_strength).toBe(0.8);
    expect(blend.ability_list).toMatchObject([{ strength: 0.8 }, { strength: 0.8 }, { strength: 0.8 }]);
  });

  it("a draft with reference images has its options beside blend, not in it", () => {
    const { component, blend } = blendOf({ ...one, count: 3 });
    expect(component.abilities.gen_option).toMatchObject({ generate_all: false, gen_count: 3 });
    expect(JSON.stringify(blend)).not.toContain("gen_count");
  });

  it("the telemetry of a draft names each reference image, as a page of the site does", () => {
    const metrics = JSON.parse(bodyOf(aJob({ ...three, sampleStrength: 0.8 }), "us").metrics_extra);
    const [scene] = JSON.parse(metrics.sceneOptions);
    expect(scene.abilityList).toHaveLength(3);
    for (const ability of scene.abilityList) {
      expect(ability).toMatchObject({ abilityName: "byte_edit", strength: 0.8 });
      expect(ability.source.imageUrl).toMatch(/^blob:https:\/\/dreamina\.capcut\.com\/[0-9a-f-]{36}$/);
    }
  });
});

describe("a prompt that requests several images", () => {
  const sceneOf = (bend: Partial<ImageJob>) => {
    const metrics = JSON.parse(bodyOf(aJob(bend)).metrics_extra);
    return { metrics, scene: JSON.parse(metrics.sceneOptions)[0] };
  };
  const prompt = "six illustrations of the seasons";

  it("a prompt for several images changes the telemetry and nothing else", () => {
    const { metrics, scene } = sceneOf({ prompt });
    expect(scene.scene).toBe("ImageMultiGenerate");
    expect(scene).not.toHaveProperty("benefitCount");
    expect(metrics).toMatchObject({ templateId: "", templateSource: "", lastRequestId: "", originRequestId: "" });
    const plain = bodyOf(aJob({ prompt: "x" })).draft_content;
    expect(bodyOf(aJob({ prompt })).draft_content).toBe(plain.replace('"prompt":"x"', `"prompt":"${prompt}"`));
  });

  it.each([
    ["with a number of its own", { prompt, count: 4 }],
    ["with reference images", { prompt, inputs: [anInput("a")] }],
    ["for a model without that feature", { prompt, model: modelOf("dreamina-4.6") }],
    ["for a single image", { prompt: "a red fox" }],
  ])("a prompt %s is sent as an ordinary one", (_when, bend) => {
    const { metrics, scene } = sceneOf(bend);
    expect(scene).toMatchObject({ scene: "ImageBasicGenerate", benefitCount: 4 });
    expect(metrics).not.toHaveProperty("templateId");
  });
});

describe("a continue", () => {
  it("a continue is the submit of the job with two fields more", () => {
    const job = aJob({ createdAt, prompt: "six illustrations of the seasons" });
    expect(continueBody(job, regions.cn, versions, "7897100000001")).toEqual({
      ...bodyOf(job),
      action: 2,
      history_id: "7897100000001",
    });
  });
});
