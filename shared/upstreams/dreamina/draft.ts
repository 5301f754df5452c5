/**
 * The submit body of a job, in the form of a browser's draft (China, 2026-02). The same job gives the same body,
 * character by character, so that a repeated or continued submit requests the same. Pure.
 */

import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Ratio } from "#shared/image-shape.ts";
import type { UploadedImage } from "#shared/upstreams/connection.ts";
import type { Model } from "./models.ts";
import { asksForMany } from "./multi-image.ts";
import { type Offer, offerOf, sizeOf } from "./offer.ts";
import type { Region } from "./region.ts";
import { ratioCodes, type SiteResolution } from "./sizes.ts";
import type { Versions } from "./versions.ts";

export type ImageJob = {
  /** UUID; polls find the job by it. */
  submitId: string;
  /** Unix milliseconds. */
  createdAt: number;
  model: Model;
  prompt: string;
  negativePrompt: string;
  ratio: Ratio;
  resolution: SiteResolution;
  /** 0 … 1 */
  sampleStrength: number;
  intelligentRatio: boolean;
  /** Null: the model's default. */
  count: number | null;
  /** Unsigned 32-bit integer. */
  seed: number;
  /** Reference images; none: text to image. */
  inputs: readonly UploadedImage[];
};

/** @throws when the region's cluster does not have the model; check the request first. */
export function submitBody(job: ImageJob, region: Region, versions: Versions) {
  const offer = offerOf(job.model, region.cluster);
  if (offer === null) throw new Error(`${job.model.id} is not on ${region.cluster}`);
  const newId = countedIds(job.submitId);
  const resolution = offer.resolutionType ?? job.resolution;
  return {
    // Newer international sites require workspace_id; 0 is the default workspace on every site.
    extend: { root_model: offer.key, workspace_id: 0 },
    submit_id: job.submitId,
    metrics_extra: JSON.stringify(metrics(job, { offer, resolution, region, newId })),
    // A string, not an object: an object is refused with 1002.
    draft_content: JSON.stringify(draft(job, { offer, resolution, versions, newId })),
    http_common_info: { aid: region.appId },
  };
}

/**
 * Requests the images beyond the first four of a job that stopped there: the submit body with two more fields (two
 * clients, 2025 and 2026).
 */
export const continueBody = (job: ImageJob, region: Region, versions: Versions, historyId: string) => ({
  ...submitBody(job, region, versions),
  action: 2,
  history_id: historyId,
});

/** Makes a sequence of ids in the form of random UUIDs (RFC 9562 §5.4), the same for the same job. */
function countedIds(submitId: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = bytesToHex(md5(utf8ToBytes(`${submitId}:${count}`)));
    const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

type Made = { offer: Offer; resolution: SiteResolution; newId: () => string };

const oldestVersion = "3.0.2";
/** `min_version` of blend drafts in one client (2026-02). Others send 3.0.2; the upstream accepts both. */
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
          // Must be a sibling of `generate`: one level deeper the count is ignored, or the call is refused with 3018.
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
      // With intelligent_ratio the model chooses; a ratio would contradict it.
      ...(!job.intelligentRatio && { image_ratio: ratioCodes[job.ratio] }),
      large_image_info: imageInfo(job, made),
      intelligent_ratio: job.intelligentRatio,
      generate_type: 0,
    },
  };
}

/**
 * Reference images and a prompt: one ability and one placeholder in the prompt for each image. The other form that
 * worked (clients of both sites, 2026-01 to 2026-10) has one ability with all images. Negative prompt and seed have no
 * field.
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
      // Two signs are the placeholder of one image; the model does not see them.
      prompt: `${"##".repeat(job.inputs.length)}${job.prompt}`,
      sample_strength: job.sampleStrength,
      // Sent also when the model chooses, unlike in text to image.
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

/** The site's telemetry. `generateCount` is always 1, whatever the number of images. */
function metrics(job: ImageJob, { offer, resolution, region, newId }: Made & { region: Region }) {
  // Text to image only, as in one client (2026-02). The prompt alone makes the model return several images.
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
