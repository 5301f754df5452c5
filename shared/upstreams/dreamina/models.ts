/**
 * The models: public name, upstream key per cluster, and limits. The API lists them and checks requests against them;
 * drafts are made from them. Data, and lookups by name.
 */
import { defaultModelId } from "#shared/default-model.ts";
import type { Ratio } from "#shared/image-shape.ts";
import { type Cluster, clusters } from "./region.ts";
import { type SiteResolution, type SizeTable, siteResolutions } from "./sizes.ts";

export type Model = {
  /** Public id. The same name with `jimeng-` in place of `dreamina-` is an alias. */
  id: string;
  name: string;
  /** Further public names. */
  aliases: readonly string[];
  /** The upstream's key (`model_req_key`), for each cluster that has the model. */
  keys: Partial<Record<Cluster, string>>;
  resolutions: readonly SiteResolution[];
  sizeTable: SizeTable;
  /** Allowed values of `gen_count`; null: the model does not support it, and none is sent. */
  counts: readonly number[] | null;
  /** Images of a task without a number. */
  defaultCount: number;
  /** Reference images of one task, at most. */
  maxInputs: number;
  /** Whether the model can choose the ratio. */
  intelligentRatio: boolean;
  /** Whether the prompt alone may ask for many images. */
  multiImage: boolean;
  /** Clusters with fewer ratios, whose drafts name another resolution than the one that is made. */
  forced?: Partial<Record<Cluster, { ratios: readonly Ratio[]; resolutionType: SiteResolution }>>;
  /** Observed cost of one image. An estimate for people; it changes often, and no decision uses it. */
  creditsPerImage?: Partial<Record<SiteResolution, number>>;
};

const upToFour = [1, 2, 3, 4] as const;
const upToEight = [1, 2, 3, 4, 5, 6, 7, 8] as const;

const everywhere = (key: string) => ({ cn: key, us: key, sg: key });
const american = (key: string) => ({ us: key });
const chinese = (key: string) => ({ cn: key });

/** Values from the server's config for most models (2026-09); assumed for the others. */
const usual = {
  aliases: [],
  resolutions: ["1k", "2k", "4k"],
  sizeTable: "common",
  counts: upToEight,
  defaultCount: 4,
  maxInputs: 10,
  intelligentRatio: false,
  multiImage: false,
} as const satisfies Partial<Model>;

/** 5.x and 4.x can choose the ratio (one client, 2026-02). */
const modern = { ...usual, intelligentRatio: true } as const;

// 1k was accepted for 4.1 (traffic log 2026-01) and 4.6 (live test 2026-04), although the site's menu has only 2k and
// 4k. Cost: price list of a Chinese client, 2026-06. Many images by prompt: tested with 4.0, 4.1 and 4.5 only.
const fourth = { ...modern, creditsPerImage: { "2k": 4 } } as const;
const fourthMulti = { ...fourth, multiImage: true } as const;

// No count in the config; the server makes four. One client requests 2k, all request 1k.
const third = {
  ...usual,
  resolutions: ["1k", "2k"],
  sizeTable: "third",
  counts: null,
  creditsPerImage: { "1k": 1 },
} as const satisfies Partial<Model>;

// From Chinese clients before 2026. Unknown: whether the site still has them, and how many inputs they take.
const legacy = { ...usual, resolutions: ["1k"], counts: null } as const satisfies Partial<Model>;

/*
 * Names of the right to generate, by model (`benefit_type` of the config; the page's bundle and one client, 2026-10),
 * to recognise them in refusals: image_basic_v50_pro_{1k,15k,2k,4k} 5.0 Pro, v50_flash_{15k,2k} Flash, v5_{2k,4k} 5.0,
 * v43_ 4.7, v46_ 4.6, v4_pro_ 4.5, v41_ 4.1, image_basic_generate_piece 4.0, image_basic_generate_plus 3.x,
 * image_blend_piece and image_blend_plus with reference images. `amount: 1` beside it is not a price.
 */

/**
 * Newest first. Keys of 5.0, 4.x and 3.x: three or more independent sources; Pro, Flash, 4.7 and Aesthetic: two
 * clients of 2026-09; Gemini and GPT: one listing of the American cluster (2026-10). Counts and inputs, unless a row
 * has another source: the server's config of 2026-09.
 */
export const models: readonly Model[] = [
  {
    ...modern,
    id: "dreamina-5.0-pro",
    name: "Image 5.0 Pro",
    keys: everywhere("high_aes_general_v50p_large"),
    resolutions: ["1.5k", "2k", "4k"],
    counts: upToFour,
    defaultCount: 2,
    creditsPerImage: { "2k": 8 },
  },
  {
    ...modern,
    id: "dreamina-5.0-flash",
    name: "Image 5.0 Flash",
    keys: chinese("high_aes_general_v50_flash"),
    resolutions: ["1.5k", "2k"],
    counts: upToFour,
    creditsPerImage: { "1.5k": 3, "2k": 3 },
  },
  {
    // Without a count two live runs got 2 images and one got 4; the config has 4. Its sample_steps are 16 of 10 to 41,
    // and it has no default resolution, like 4.x (one client, 2026-10).
    ...modern,
    id: "dreamina-5.0",
    name: "Image 5.0 Lite",
    aliases: ["dreamina-5.0-lite"],
    keys: everywhere("high_aes_general_v50"),
    resolutions: ["2k", "4k"],
    creditsPerImage: { "2k": 3 },
  },
  {
    ...modern,
    id: "dreamina-4.7",
    name: "Image 4.7",
    keys: { cn: "high_aes_general_v43", sg: "high_aes_general_v43" },
    resolutions: ["2k", "4k"],
  },
  { ...fourth, id: "dreamina-4.6", name: "Image 4.6", keys: everywhere("high_aes_general_v42") },
  { ...fourthMulti, id: "dreamina-4.5", name: "Image 4.5", keys: everywhere("high_aes_general_v40l") },
  { ...fourthMulti, id: "dreamina-4.1", name: "Image 4.1", keys: everywhere("high_aes_general_v41") },
  { ...fourthMulti, id: "dreamina-4.0", name: "Image 4.0", keys: everywhere("high_aes_general_v40") },
  {
    ...third,
    id: "dreamina-3.1",
    name: "Image 3.1",
    keys: {
      cn: "high_aes_general_v30l_art_fangzhou:general_v3.0_18b",
      sg: "high_aes_general_v30l_art:general_v3.0_18b",
    },
  },
  {
    // One input: a commercial wrapper's documentation (2026-04).
    ...third,
    id: "dreamina-3.0",
    name: "Image 3.0",
    keys: everywhere("high_aes_general_v30l:general_v3.0_18b"),
    maxInputs: 1,
  },
  {
    // For a count of 2 or 3 it makes 4, for 1 it makes 1 or 4; without a resolution 1k (one client, 2026-10).
    ...usual,
    id: "dreamina-aesthetic-8.2",
    name: "Aesthetic V8.2",
    keys: chinese("jm_image_model_yc_mj82"),
    resolutions: ["1k", "2k"],
    counts: [4],
    maxInputs: 20,
    creditsPerImage: { "1k": 5, "2k": 7 },
  },
  {
    // Size and ratio: one client (2026-02). The American cluster always makes 1024×1024, and the draft must name 2k and
    // ratio 1; the Singapore cluster makes 1k in any ratio. Inputs: a commercial wrapper (2026-04).
    ...usual,
    id: "nanobanana",
    name: "Nano Banana",
    keys: { us: "external_model_gemini_flash_image_v25", sg: "external_model_gemini_flash_image_v25" },
    resolutions: ["1k"],
    maxInputs: 3,
    forced: { us: { ratios: ["1:1"], resolutionType: "2k" } },
  },
  {
    ...usual,
    id: "nanobananapro",
    name: "Nano Banana Pro",
    keys: { us: "dreamina_image_lib_1", sg: "dreamina_image_lib_1" },
  },
  // Of the next five only name and key are known: they have the usual values, which the upstream may refuse.
  { ...usual, id: "dreamina-gemini-3", name: "Gemini 3 Image", keys: american("gemini_3_image_pro") },
  {
    ...usual,
    id: "dreamina-gpt-image-2",
    name: "GPT Image 2",
    aliases: ["gpt-image-2"],
    keys: american("gpt_image_2"),
  },
  {
    ...usual,
    id: "dreamina-gpt-image-2.5-flare",
    aliases: ["gpt-image-2.5-flare"],
    name: "GPT Image 2.5 Flare",
    keys: american("dreamina_gpt_image_2_5_flare"),
  },
  {
    ...usual,
    id: "dreamina-gpt-image-2.5-sunburst",
    aliases: ["gpt-image-2.5-sunburst"],
    name: "GPT Image 2.5 Sunburst",
    keys: american("dreamina_gpt_image_2_5_sunburst"),
  },
  // Listed by the Singapore cluster (2026-09) without a name.
  { ...usual, id: "dreamina-lib-20260423", name: "Unnamed (2026-04-23)", keys: { sg: "dreamina_lib_img_20260423" } },
  { ...legacy, id: "dreamina-2.1", name: "Image 2.1", keys: chinese("high_aes_general_v21_L:general_v2.1_L") },
  { ...legacy, id: "dreamina-2.0-pro", name: "Image 2.0 Pro", keys: chinese("high_aes_general_v20_L:general_v2.0_L") },
  { ...legacy, id: "dreamina-2.0", name: "Image 2.0", keys: chinese("high_aes_general_v20:general_v2.0") },
  { ...legacy, id: "dreamina-1.4", name: "Image 1.4", keys: chinese("high_aes_general_v14:general_v1.4") },
  { ...legacy, id: "dreamina-xl-pro", name: "Image XL Pro", keys: chinese("text2img_xl_sft") },
];

/** Defaults of a model that an operator adds: those of version 4. */
export const newModelDefaults: Omit<Model, "id" | "name" | "keys"> = modern;

/** Default models of clients made for OpenAI: many have these names built in, and some can send no other. */
const openAiNames = [
  ...["gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini"],
  ...["chatgpt-image-latest", "dall-e-3", "dall-e-2"],
];

/** Every name of a model except its id. */
export function modelAliases(model: Model): string[] {
  const names = [model.id, ...model.aliases].flatMap((name) => {
    const bare = name.replace(/^(dreamina|jimeng)-/, "");
    return rawName.test(name) ? [name] : [name, `dreamina-${bare}`, `jimeng-${bare}`];
  });
  const foreign = model.id === defaultModelId ? openAiNames : [];
  const all = new Set([...names, ...Object.values(model.keys), ...foreign]);
  all.delete(model.id);
  return [...all];
}

/** @param name public id, alias or upstream key, in any letter case; or `raw:` and any key. */
export function findModel(models: readonly Model[], name: string): Model | null {
  const wanted = name.trim().toLowerCase();
  const answersTo = (model: Model) =>
    [model.id, ...modelAliases(model)].some((known) => known.toLowerCase() === wanted);
  return models.find(answersTo) ?? rawModel(name.trim());
}

/** An upstream key without a row: every cluster and every size are allowed, and the upstream decides. */
const rawName = /^raw:([\w.:/-]{1,200})$/i;

function rawModel(name: string): Model | null {
  const key = rawName.exec(name)?.[1];
  if (key === undefined) return null;
  const keys = Object.fromEntries(clusters.map((cluster) => [cluster, key]));
  return { ...modern, resolutions: siteResolutions, id: `raw:${key}`, name: key, keys };
}
