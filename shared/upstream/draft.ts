/**
 * Our job as the upstream's submit body. Shaped after a browser's own draft (China, 2026-02). The same job gives the
 * same body every time, letter by letter: a submit that is repeated, or continued, asks for the same. Pure.
 */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { UploadedImage } from "./imagex.ts";
import type { Model } from "./models.ts";
import { asksForMany } from "./multi-image.ts";
import { type Offer, offerOf, sizeOf } from "./offer.ts";
import type { Region } from "./region.ts";
import { type Ratio, type Resolution, ratioCodes } from "./sizes.ts";
import type { Versions } from "./versions.ts";

export type ImageJob = {
  /** uuid; the job can be looked up under it. */
  submitId: string;
  /** Unix milliseconds. */
  createdAt: number;
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
  /** Reference images; none: text to image. */
  inputs: readonly UploadedImage[];
};

/** @throws when the region's cluster does not have the model: requests are checked before. */
export function submitBody(job: ImageJob, region: Region, versions: Versions) {
  const offer = offerOf(job.model, region.cluster);
  if (offer === null) throw new Error(`${job.model.id} is not on ${region.cluster}`);
  const newId = countedIds(job.submitId);
  const resolution = offer.resolutionType ?? job.resolution;
  return {
    // Newer international sites call workspace_id required; 0 is the default workspace everywhere.
    extend: { root_model: offer.key, workspace_id: 0 },
    submit_id: job.submitId,
    metrics_extra: JSON.stringify(metrics(job, { offer, resolution, region, newId })),
    // A string, not an object: an object is refused with 1002.
    draft_content: JSON.stringify(draft(job, { offer, resolution, versions, newId })),
    http_common_info: { aid: region.appId },
  };
}

/**
 * Asks for the images beyond the first four of a job that stands still there: the body of its submit, with two
 * fields more (two clients, 2025 and 2026).
 */
export const continueBody = (job: ImageJob, region: Region, versions: Versions, historyId: string) => ({
  ...submitBody(job, region, versions),
  action: 2,
  history_id: historyId,
});

/** Ids in the form of random uuids (RFC 9562 §5.4), one after another, the same each time for the same job. */
function countedIds(submitId: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = bytesToHex(md5(utf8ToBytes(`${submitId}:${count}`)));
    const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

type Made = { offer: Offer; resolution: Resolution; newId: () => string };

const oldestVersion = "3.0.2";
/** Of drafts that blend, as one client says it (2026-02). Others go on saying 3.0.2, and both were accepted. */
const blendVersion = "3.2.9";

function draft(job: ImageJob, made: Made & { versions: Versions }) {
  const { newId, offer } = made;
  const component = newId();
  const blends = job.inputs.length > 0;
  return {
    type: "draft",
    id: newId(),
    min_version: blends ? blendVersion : oldestVersion,
    min_features: [],
    is_from_tsn: true,
    version: made.versions.draft,
    main_component_id: component,
    component_list: [
      {
        type: "image_base_component",
        id: component,
        min_version: oldestVersion,
        aigc_mode: "workbench",
        metadata: {
          type: "",
          id: newId(),
          created_platform: 3,
          created_platform_version: "",
          created_time_in_ms: String(job.createdAt),
          created_did: "",
        },
        generate_type: blends ? "blend" : "generate",
        abilities: {
          type: "",
          id: newId(),
          ...(blends ? { blend: blend(job, made) } : { generate: generate(job, made) }),
          // A sibling of `generate`: one level deeper the count is ignored or the call refused with 3018.
          gen_option: {
            type: "",
            id: newId(),
            generate_all: false,
            ...(job.count !== null && offer.sendsCount && { gen_count: job.count }),
          },
        },
      },
    ],
  };
}

function generate(job: ImageJob, made: Made) {
  const { newId, offer } = made;
  return {
    type: "",
    id: newId(),
    core_param: {
      type: "",
      id: newId(),
      model: offer.key,
      prompt: job.prompt,
      negative_prompt: job.negativePrompt,
      seed: job.seed,
      sample_strength: job.sampleStrength,
      // With intelligent_ratio the model chooses; a ratio beside it contradicts it.
      ...(!job.intelligentRatio && { image_ratio: ratioCodes[job.ratio] }),
      large_image_info: imageInfo(job, made),
      intelligent_ratio: job.intelligentRatio,
      generate_type: 0,
    },
  };
}

/**
 * Reference images and a prompt. Of the forms that worked (clients of both sites, 2026-01 to 2026-10) this is the one
 * that names every image by itself: an ability and a place in the prompt for each. The other, one ability with all
 * images, says the same in fewer words. Negative prompt and seed have no place in it.
 */
function blend(job: ImageJob, made: Made) {
  const { newId, offer } = made;
  return {
    type: "",
    id: newId(),
    ...(job.inputs.length > 1 && { min_version: blendVersion }),
    min_features: [],
    core_param: {
      type: "",
      id: newId(),
      model: offer.key,
      // Two signs stand for one image; the model is not shown them.
      prompt: `${"##".repeat(job.inputs.length)}${job.prompt}`,
      sample_strength: job.sampleStrength,
      // Stays even when the model chooses, unlike in text to image.
      image_ratio: ratioCodes[job.ratio],
      large_image_info: imageInfo(job, made),
      intelligent_ratio: job.intelligentRatio,
    },
    ability_list: job.inputs.map((input) => ({
      type: "",
      id: newId(),
      name: "byte_edit",
      image_uri_list: [input.uri],
      image_list: [
        {
          type: "image",
          id: newId(),
          source_from: "upload",
          platform_type: 1,
          name: "",
          image_uri: input.uri,
          width: input.width,
          height: input.height,
          format: input.format,
          uri: input.uri,
        },
      ],
      strength: job.sampleStrength,
    })),
    prompt_placeholder_info_list: job.inputs.map((_, index) => ({ type: "", id: newId(), ability_index: index })),
    postedit_param: { type: "", id: newId(), generate_type: 0 },
  };
}

function imageInfo({ model, resolution, ratio }: ImageJob, made: Made) {
  const { width, height } = sizeOf(model, resolution, ratio);
  return { type: "", id: made.newId(), height, width, resolution_type: made.resolution };
}

/** Telemetry the site sends along. `generateCount` is 1 whatever the number of images. */
function metrics(job: ImageJob, { offer, resolution, region, newId }: Made & { region: Region }) {
  // Text to image only, as in the one client that does so (2026-02). The prompt itself brings the images about.
  const isMulti = job.model.multiImage && job.count === null && job.inputs.length === 0 && asksForMany(job.prompt);
  const scene = {
    type: "image",
    scene: isMulti ? "ImageMultiGenerate" : "ImageBasicGenerate",
    modelReqKey: offer.key,
    resolutionType: resolution,
    abilityList: job.inputs.map(() => ({
      abilityName: "byte_edit",
      strength: job.sampleStrength,
      source: { imageUrl: `blob:${region.siteOrigin}/${newId()}` },
    })),
    ...(!isMulti && { benefitCount: (offer.sendsCount ? job.count : null) ?? offer.defaultCount }),
    reportParams: {
      enterSource: "generate",
      vipSource: "generate",
      extraVipFunctionKey: `${offer.key}-${resolution}`,
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
    ...(isMulti && { templateId: "", templateSource: "", lastRequestId: "", originRequestId: "" }),
  };
}
