// The models of each cluster, and their image size for a resolution and a ratio code. From the upstream's model
// configuration, as clients printed it between 2026-02 and 2026-10. Data only.

import type { Cluster } from "./region.ts";

export type Resolution = "1k" | "1.5k" | "2k" | "4k";
export type Size = { width: number; height: number };

export type Model = {
  key: string;
  name: string;
  clusters: readonly Cluster[];
  resolutions: readonly Resolution[];
  /** Resolutions in the model's configuration; more may be accepted. */
  listedResolutions: readonly Resolution[];
  /** Accepted values of `gen_count`; null: the model has no count control and ignores it. */
  counts: readonly number[] | null;
  defaultCount: number;
  /** Supports `intelligent_ratio`; 4.x and 5.x only. */
  intelligentRatio: boolean;
  /** The largest number of reference images. */
  maxInputs: number;
  /** Reads the number of images from the prompt. */
  multiImage?: boolean;
  /** True for 3.x models, whose 1k is larger. */
  large1k?: boolean;
  /** The only size on these clusters. */
  fixedSize?: { clusters: readonly Cluster[]; size: Size };
};

const everywhere = ["cn", "us", "sg"] as const;
const upToFour = [1, 2, 3, 4] as const;
const upToEight = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const fourOnly = [4] as const;
const defaultCount = 4;
/** Limit of the 4.x, 5.x and Pro models; assumed where nothing is known. */
const defaultMaxInputs = 10;

export const models: readonly Model[] = [
  modern("high_aes_general_v50p_large", "5.0 Pro", everywhere, {
    resolutions: ["1.5k", "2k", "4k"],
    counts: upToFour,
    defaultCount: 2,
  }),
  modern("high_aes_general_v50_flash", "5.0 Flash", ["cn"], {
    resolutions: ["1.5k", "2k"],
    counts: upToFour,
  }),
  modern("high_aes_general_v50", "5.0", everywhere, {
    resolutions: ["2k", "4k"],
  }),
  modern("high_aes_general_v43", "4.7", ["cn", "sg"], {
    resolutions: ["2k", "4k"],
  }),
  // 1k is not in the 4.x configuration, but 4.6 and 4.1 accepted it and every client offers it.
  modern("high_aes_general_v42", "4.6", everywhere, { listedResolutions: ["2k", "4k"] }),
  modern("high_aes_general_v40l", "4.5", everywhere, { listedResolutions: ["2k", "4k"], multiImage: true }),
  modern("high_aes_general_v41", "4.1", everywhere, { listedResolutions: ["2k", "4k"], multiImage: true }),
  modern("high_aes_general_v40", "4.0", everywhere, { listedResolutions: ["2k", "4k"], multiImage: true }),
  older("high_aes_general_v30l_art_fangzhou:general_v3.0_18b", "3.1", ["cn"]),
  older("high_aes_general_v30l_art:general_v3.0_18b", "3.1", ["sg"]),
  older("high_aes_general_v30l:general_v3.0_18b", "3.0", everywhere, 1),
  plainModel("jm_image_model_yc_mj82", "Aesthetic V8.2", ["cn"], {
    resolutions: ["1k", "2k"],
    counts: fourOnly,
    maxInputs: 20,
  }),
  plainModel("external_model_gemini_flash_image_v25", "Nano Banana", ["us", "sg"], {
    resolutions: ["1k", "2k"],
    maxInputs: 3,
    fixedSize: { clusters: ["us"], size: { width: 1024, height: 1024 } },
  }),
  plainModel("dreamina_image_lib_1", "Nano Banana Pro", ["us", "sg"], {}),
  // Listed by the US cluster in 2026-10; their limits were never seen.
  plainModel("gemini_3_image_pro", "Gemini 3 image", ["us"], {}),
  plainModel("gpt_image_2", "GPT image 2", ["us"], {}),
  plainModel("dreamina_gpt_image_2_5_flare", "GPT image 2.5", ["us"], {}),
  plainModel("dreamina_gpt_image_2_5_sunburst", "GPT image 2.5", ["us"], {}),
  plainModel("dreamina_lib_img_20260423", "unnamed", ["sg"], {}),
  legacy("high_aes_general_v21_L:general_v2.1_L", "2.1"),
  legacy("high_aes_general_v20_L:general_v2.0_L", "2.0 Pro"),
  legacy("high_aes_general_v20:general_v2.0", "2.0"),
  legacy("high_aes_general_v14:general_v1.4", "1.4"),
  legacy("text2img_xl_sft", "XL Pro"),
];

export const ratioCodes = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Index + 1 is the `image_ratio` code: 1:1, 3:4, 16:9, 4:3, 9:16, 2:3, 3:2, 21:9. */
type SizeRow = readonly [Size, Size, Size, Size, Size, Size, Size, Size];

const sizes: Record<Resolution | "large1k", SizeRow> = {
  "1k": rows("1024x1024 768x1024 1024x576 1024x768 576x1024 682x1024 1024x682 1195x512"),
  large1k: rows("1328x1328 1104x1472 1664x936 1472x1104 936x1664 1056x1584 1584x1056 2016x864"),
  "1.5k": rows("1536x1536 1296x1728 1920x1080 1728x1296 1080x1920 1248x1872 1872x1248 2268x972"),
  "2k": rows("2048x2048 1728x2304 2560x1440 2304x1728 1440x2560 1664x2496 2496x1664 3024x1296"),
  "4k": rows("4096x4096 3520x4693 5404x3040 4693x3520 3040x5404 3328x4992 4992x3328 6197x2656"),
};

export function findModel(key: string, cluster: Cluster): Model | undefined {
  return models.find((model) => model.key === key && model.clusters.includes(cluster));
}

/** Undefined when the model does not have that resolution. */
export function sizeOf(
  model: Model,
  cluster: Cluster,
  wanted: { resolution: string; ratioCode: number },
): Size | undefined {
  const resolution = model.resolutions.find((r) => r === wanted.resolution);
  if (!resolution) return undefined;
  if (model.fixedSize?.clusters.includes(cluster)) return model.fixedSize.size;
  const row = sizes[model.large1k && resolution === "1k" ? "large1k" : resolution];
  return row[wanted.ratioCode - 1];
}

type Differences = Partial<
  Pick<
    Model,
    "resolutions" | "listedResolutions" | "counts" | "defaultCount" | "maxInputs" | "multiImage" | "fixedSize"
  >
>;

function plainModel(key: string, name: string, clusters: readonly Cluster[], differences: Differences): Model {
  return {
    key,
    name,
    clusters,
    resolutions: ["1k", "2k", "4k"],
    listedResolutions: differences.resolutions ?? ["1k", "2k", "4k"],
    counts: upToEight,
    defaultCount,
    intelligentRatio: false,
    maxInputs: defaultMaxInputs,
    ...differences,
  };
}

function modern(key: string, name: string, clusters: readonly Cluster[], differences: Differences): Model {
  return {
    ...plainModel(key, name, clusters, differences),
    intelligentRatio: true,
  };
}

function older(key: string, name: string, clusters: readonly Cluster[], maxInputs = defaultMaxInputs): Model {
  return {
    ...plainModel(key, name, clusters, {
      resolutions: ["1k", "2k"],
      listedResolutions: ["1k"],
      counts: null,
      maxInputs,
    }),
    large1k: true,
  };
}

function legacy(key: string, name: string): Model {
  return plainModel(key, name, ["cn"], { resolutions: ["1k"], counts: null });
}

function rows(text: string): SizeRow {
  const parsed = text.split(" ").map((size) => {
    const [width = 0, height = 0] = size.split("x").map(Number);
    return { width, height };
  });
  const [a, b, c, d, e, f, g, h] = parsed;
  if (!a || !b || !c || !d || !e || !f || !g || !h) throw new Error(`expected eight sizes: ${text}`);
  return [a, b, c, d, e, f, g, h];
}
