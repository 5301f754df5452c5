/**
 * Our job as the upstream's submit body. Shaped after a browser's own draft (China, 2026-02). Pure: ids, seed and time
 * are given.
 */
import { type Model, type Ratio, type Resolution, ratioCodes, sizes } from "./models.ts";
import type { Region } from "./region.ts";
import { draftVersion } from "./versions.ts";

export type ImageJob = {
  /** uuid; the job can be looked up under it. */
  submitId: string;
  model: Model;
  prompt: string;
  negativePrompt: string;
  ratio: Ratio;
  resolution: Resolution;
  /** 0 … 1 */
  sampleStrength: number;
  intelligentRatio: boolean;
  /** Null: the model's own number. */
  count: number | null;
  /** Unsigned 32-bit integer. */
  seed: number;
};

/** @param newId gives a fresh uuid for each part of the draft. @param now Unix milliseconds. */
export function submitBody(job: ImageJob, region: Region, newId: () => string, now: number) {
  return {
    // Newer international sites call workspace_id required; 0 is the default workspace everywhere.
    extend: { root_model: job.model.upstreamKey, workspace_id: 0 },
    submit_id: job.submitId,
    metrics_extra: JSON.stringify(metrics(job)),
    // A string, not an object: an object is refused with 1002.
    draft_content: JSON.stringify(draft(job, newId, now)),
    http_common_info: { aid: region.appId },
  };
}

function draft(job: ImageJob, newId: () => string, now: number) {
  const component = newId();
  return {
    type: "draft",
    id: newId(),
    min_version: "3.0.2",
    min_features: [],
    is_from_tsn: true,
    version: draftVersion,
    main_component_id: component,
    component_list: [
      {
        type: "image_base_component",
        id: component,
        min_version: "3.0.2",
        aigc_mode: "workbench",
        metadata: {
          type: "",
          id: newId(),
          created_platform: 3,
          created_platform_version: "",
          created_time_in_ms: String(now),
          created_did: "",
        },
        generate_type: "generate",
        abilities: {
          type: "",
          id: newId(),
          generate: { type: "", id: newId(), core_param: coreParam(job, newId) },
          // A sibling of `generate`: one level deeper the count is ignored or the call refused with 3018.
          gen_option: {
            type: "",
            id: newId(),
            generate_all: false,
            ...(job.count !== null && { gen_count: job.count }),
          },
        },
      },
    ],
  };
}

function coreParam(job: ImageJob, newId: () => string) {
  const { width, height } = sizes[job.resolution][job.ratio];
  return {
    type: "",
    id: newId(),
    model: job.model.upstreamKey,
    prompt: job.prompt,
    negative_prompt: job.negativePrompt,
    seed: job.seed,
    sample_strength: job.sampleStrength,
    // With intelligent_ratio the model chooses; a ratio beside it contradicts it.
    ...(!job.intelligentRatio && { image_ratio: ratioCodes[job.ratio] }),
    large_image_info: { type: "", id: newId(), height, width, resolution_type: job.resolution },
    intelligent_ratio: job.intelligentRatio,
    generate_type: 0,
  };
}

/** Telemetry the site sends along. `generateCount` is 1 whatever the number of pictures. */
function metrics(job: ImageJob) {
  const scene = {
    type: "image",
    scene: "ImageBasicGenerate",
    modelReqKey: job.model.upstreamKey,
    resolutionType: job.resolution,
    abilityList: [],
    benefitCount: job.count ?? job.model.defaultCount,
    reportParams: {
      enterSource: "generate",
      vipSource: "generate",
      extraVipFunctionKey: `${job.model.upstreamKey}-${job.resolution}`,
      useVipFunctionDetailsReporterHoc: true,
    },
  };
  return {
    promptSource: "custom",
    generateCount: 1,
    enterFrom: "click",
    position: "page_bottom_box",
    sceneOptions: JSON.stringify([scene]),
    isBoxSelect: false,
    isCutout: false,
    generateId: job.submitId,
    isRegenerate: false,
  };
}
