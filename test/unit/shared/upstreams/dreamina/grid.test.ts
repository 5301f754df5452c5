/**
 * Every model in every region, in every resolution and ratio: the request to the API, and the one to the
 * upstream for it. The expectations are written here from the evidence, not taken from the tables of the sources;
 * every other combination must be refused.
 */

import { describe, expect, it } from "vitest";
import { resolveRequest } from "#api/request/image-request.ts";
import { AppError } from "#shared/errors.ts";
import type { Ratio } from "#shared/image-shape.ts";
import { type RegionId, regionIds } from "#shared/region-ids.ts";
import { submitBody } from "#shared/upstreams/dreamina/draft.ts";
import { findModel } from "#shared/upstreams/dreamina/models.ts";
import type { SiteResolution } from "#shared/upstreams/dreamina/sizes.ts";
import { defaultUpstreamConfig } from "#shared/upstreams/dreamina/upstream-config.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { readDraft } from "#test/simulator/draft.ts";
import { aCredential, aJob } from "#test/support/upstream.ts";

/** In the order of their codes, from 1. */
const ratiosByCode = "1:1 3:4 16:9 4:3 9:16 2:3 3:2 21:9".split(" ") as Ratio[];
const allResolutions = ["1k", "1.5k", "2k", "4k"] as const;

/** Pixels by ratio code. */
const tiers = {
  "1k": "1024x1024 768x1024 1024x576 1024x768 576x1024 682x1024 1024x682 1195x512",
  "1k of 3.x": "1328x1328 1104x1472 1664x936 1472x1104 936x1664 1056x1584 1584x1056 2016x864",
  "1.5k": "1536x1536 1296x1728 1920x1080 1728x1296 1080x1920 1248x1872 1872x1248 2268x972",
  "2k": "2048x2048 1728x2304 2560x1440 2304x1728 1440x2560 1664x2496 2496x1664 3024x1296",
  "4k": "4096x4096 3520x4693 5404x3040 4693x3520 3040x5404 3328x4992 4992x3328 6197x2656",
};
type Tier = keyof typeof tiers;

type Row = {
  id: string;
  cn?: string;
  us?: string;
  /** The cluster of hk, jp and sg. */
  sg?: string;
  tiers: Tier[];
  /** Accepted values of `n`, as text. */
  n: string;
  /** Whether `n` is sent to the upstream. */
  sent: boolean;
  inputs: number;
  choosesRatio: boolean;
};

const all = (key: string) => ({ cn: key, us: key, sg: key });
const modern = { n: "12345678", sent: true, inputs: 10, choosesRatio: true };
const other = { ...modern, choosesRatio: false };
const fourth: Tier[] = ["1k", "2k", "4k"];

const rows: Row[] = [
  { ...modern, id: "dreamina-5.0-pro", ...all("high_aes_general_v50p_large"), tiers: ["1.5k", "2k", "4k"], n: "1234" },
  { ...modern, id: "dreamina-5.0-flash", cn: "high_aes_general_v50_flash", tiers: ["1.5k", "2k"], n: "1234" },
  { ...modern, id: "dreamina-5.0", ...all("high_aes_general_v50"), tiers: ["2k", "4k"] },
  { ...modern, id: "dreamina-4.7", cn: "high_aes_general_v43", sg: "high_aes_general_v43", tiers: ["2k", "4k"] },
  { ...modern, id: "dreamina-4.6", ...all("high_aes_general_v42"), tiers: fourth },
  { ...modern, id: "dreamina-4.5", ...all("high_aes_general_v40l"), tiers: fourth },
  { ...modern, id: "dreamina-4.1", ...all("high_aes_general_v41"), tiers: fourth },
  { ...modern, id: "dreamina-4.0", ...all("high_aes_general_v40"), tiers: fourth },
  {
    ...other,
    id: "dreamina-3.1",
    cn: "high_aes_general_v30l_art_fangzhou:general_v3.0_18b",
    sg: "high_aes_general_v30l_art:general_v3.0_18b",
    tiers: ["1k of 3.x", "2k"],
    n: "1234",
    sent: false,
  },
  {
    ...other,
    id: "dreamina-3.0",
    ...all("high_aes_general_v30l:general_v3.0_18b"),
    tiers: ["1k of 3.x", "2k"],
    n: "1234",
    sent: false,
    inputs: 1,
  },
  { ...other, id: "dreamina-aesthetic-8.2", cn: "jm_image_model_yc_mj82", tiers: ["1k", "2k"], n: "4", inputs: 20 },
  // The American cluster has its own tests below.
  { ...other, id: "nanobanana", sg: "external_model_gemini_flash_image_v25", tiers: ["1k"], inputs: 3 },
  { ...other, id: "nanobananapro", us: "dreamina_image_lib_1", sg: "dreamina_image_lib_1", tiers: fourth },
  { ...other, id: "dreamina-gemini-3", us: "gemini_3_image_pro", tiers: fourth },
  { ...other, id: "dreamina-gpt-image-2", us: "gpt_image_2", tiers: fourth },
  { ...other, id: "dreamina-gpt-image-2.5-flare", us: "dreamina_gpt_image_2_5_flare", tiers: fourth },
  { ...other, id: "dreamina-gpt-image-2.5-sunburst", us: "dreamina_gpt_image_2_5_sunburst", tiers: fourth },
  { ...other, id: "dreamina-lib-20260423", sg: "dreamina_lib_img_20260423", tiers: fourth },
  { ...other, id: "dreamina-2.1", cn: "high_aes_general_v21_L:general_v2.1_L", tiers: ["1k"], n: "1234", sent: false },
  {
    ...other,
    id: "dreamina-2.0-pro",
    cn: "high_aes_general_v20_L:general_v2.0_L",
    tiers: ["1k"],
    n: "1234",
    sent: false,
  },
  { ...other, id: "dreamina-2.0", cn: "high_aes_general_v20:general_v2.0", tiers: ["1k"], n: "1234", sent: false },
  { ...other, id: "dreamina-1.4", cn: "high_aes_general_v14:general_v1.4", tiers: ["1k"], n: "1234", sent: false },
  { ...other, id: "dreamina-xl-pro", cn: "text2img_xl_sft", tiers: ["1k"], n: "1234", sent: false },
];

const clusterOf = { cn: "cn", us: "us", hk: "sg", jp: "sg", sg: "sg" } as const;
const keyIn = (row: Row, region: RegionId) => row[clusterOf[region]];

type Draft = {
  component_list: [
    {
      generate_type: string;
      abilities: Record<string, { core_param: Record<string, unknown> }> & { gen_option: { gen_count?: number } };
    },
  ];
};

/** The submit body for a caller's request, or the refusal's code and field. */
function asked(region: RegionId, body: Record<string, unknown>, inputCount = 0) {
  const parsed = imageRequestSchema.parse({ prompt: "a red fox", ...body });
  const given = {
    credentials: [aCredential(region)],
    upstreamConfig: defaultUpstreamConfig,
    randomSeed: 1,
    inputCount,
  };
  try {
    const { request } = resolveRequest(parsed, given);
    const model = findModel(defaultUpstreamConfig.models, request.model);
    if (model === null) throw new Error(`no ${request.model}`);
    const { ratio, resolution } = request as { ratio: Ratio; resolution: SiteResolution };
    const inputs = Array.from({ length: inputCount }, (_, at) => ({
      uri: `tos-cn-i-tb4s082cfz/${String(at).padStart(32, "0")}`,
      width: 0,
      height: 0,
      format: "",
    }));
    const job = aJob({ ...request, model, ratio, resolution, inputs });
    return submitBody(job, defaultUpstreamConfig.regions[region], defaultUpstreamConfig.versions);
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.param}`;
    throw error;
  }
}

/** The body in one line: both places of the key, ratio code, resolution, pixels. */
function told(body: ReturnType<typeof asked>): string {
  if (typeof body === "string") return body;
  const draft = JSON.parse(body.draft_content) as Draft;
  const component = draft.component_list[0];
  const core = component.abilities[component.generate_type]?.core_param;
  const { width, height, resolution_type } = (core?.large_image_info ?? {}) as Record<string, unknown>;
  return `${body.extend.root_model} ${core?.model} ${core?.image_ratio} ${resolution_type} ${width}x${height}`;
}
const countSent = (body: ReturnType<typeof asked>) =>
  typeof body === "string"
    ? body
    : (JSON.parse(body.draft_content) as Draft).component_list[0].abilities.gen_option.gen_count;

const cells = allResolutions.flatMap((resolution) => ratiosByCode.map((ratio) => ({ resolution, ratio })));
/** Every cell of one model in one region, by name. */
const grid = (line: (cell: (typeof cells)[number]) => string) =>
  Object.fromEntries(cells.map((cell) => [`${cell.resolution} ${cell.ratio}`, line(cell)]));

function expected(row: Row, key: string | undefined) {
  return grid(({ resolution, ratio }) => {
    if (key === undefined) return "model_not_available model";
    const tier = row.tiers.find((one) => one.split(" ")[0] === resolution);
    if (tier === undefined) return "invalid_value resolution";
    const code = ratiosByCode.indexOf(ratio) + 1;
    return `${key} ${key} ${code} ${resolution} ${tiers[tier].split(" ")[code - 1]}`;
  });
}

const places = rows
  .flatMap((row) => regionIds.map((region) => ({ row, id: row.id, region, key: keyIn(row, region) })))
  .filter(({ id, region }) => !(id === "nanobanana" && region === "us"));
const homes = places.flatMap((place) => (place.key === undefined ? [] : [{ ...place, key: place.key }]));

it("the table has every model", () => {
  expect(rows.map(({ id }) => id)).toEqual(defaultUpstreamConfig.models.map(({ id }) => id));
});

it.each(places)(
  "the model $id in $region takes exactly the resolutions and ratios of the table",
  ({ row, region, key }) => {
    expect(grid((cell) => told(asked(region, { model: row.id, ...cell })))).toEqual(expected(row, key));
  },
);

it.each(homes)(
  "the model $id in $region takes the same resolutions and ratios with a reference image",
  ({ row, region, key }) => {
    expect(grid((cell) => told(asked(region, { model: row.id, ...cell }, 1)))).toEqual(expected(row, key));
  },
);

it.each(homes)("the model $id in $region takes exactly the numbers of images of the table", ({ row, region }) => {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const wanted = row.n.includes(String(n)) ? (row.sent ? n : undefined) : "invalid_value n";
    expect(countSent(asked(region, { model: row.id, n })), `n ${n}`).toBe(wanted);
  }
  expect(countSent(asked(region, { model: row.id }))).toBeUndefined();
});

it.each(homes)("the model $id in $region takes as many reference images as its table row allows", ({ row, region }) => {
  expect(told(asked(region, { model: row.id }, row.inputs))).not.toContain("invalid");
  expect(told(asked(region, { model: row.id }, row.inputs + 1))).toBe("invalid_value images");
});

it.each(homes)(
  "the model $id in $region takes the ratio from the prompt only if the table says so",
  ({ row, region, key }) => {
    const line = told(asked(region, { model: row.id, intelligent_ratio: true }));
    if (row.choosesRatio) expect(line).toContain(`${key} ${key} undefined `);
    else expect(line).toBe("invalid_value intelligent_ratio");
  },
);

it.each(homes)("the model $id in $region without a resolution makes 2k, or the best below it", ({ row, region }) => {
  const line = told(asked(region, { model: row.id }));
  expect(line).toContain(row.tiers.includes("2k") ? " 2k 2048x2048" : " 1k 1024x1024");
});

/** The size that the simulated upstream makes for a body, or its refusal. */
function simulated(region: RegionId, body: ReturnType<typeof asked>): string {
  if (typeof body === "string") return body;
  const context = { cluster: clusterOf[region], rootModel: body.extend.root_model };
  const outcome = readDraft(body.draft_content, context);
  if (!outcome.ok) return outcome.detail;
  const { size, inputUris } = outcome.order;
  return `${size.width}x${size.height} of ${inputUris.length}`;
}

it.each(homes)("the simulated upstream makes the table's sizes with the model $id in $region", ({ row, region }) => {
  for (const tier of row.tiers) {
    const [resolution = ""] = tier.split(" ");
    for (const [at, size] of tiers[tier].split(" ").entries()) {
      const body = { model: row.id, resolution, ratio: ratiosByCode[at] };
      expect(simulated(region, asked(region, body))).toBe(`${size} of 0`);
      expect(simulated(region, asked(region, body, row.inputs))).toBe(`${size} of ${row.inputs}`);
    }
  }
});

describe("nanobanana in us", () => {
  it("nanobanana in us is 1k and 1:1 for callers, and 2k, 1:1, 1024×1024 for the upstream", () => {
    const key = "external_model_gemini_flash_image_v25";
    const wanted = grid(({ resolution, ratio }) => {
      if (resolution !== "1k") return "invalid_value resolution";
      return ratio === "1:1" ? `${key} ${key} 1 2k 1024x1024` : "invalid_value ratio";
    });
    expect(grid((cell) => told(asked("us", { model: "nanobanana", ...cell })))).toEqual(wanted);
  });

  it("nanobanana in us is accepted by the simulated upstream", () => {
    expect(simulated("us", asked("us", { model: "nanobanana" }))).toBe("1024x1024 of 0");
  });

  it("the telemetry of nanobanana in us has the upstream's resolution", () => {
    const body = asked("us", { model: "nanobanana" });
    const metrics = typeof body === "string" ? "" : body.metrics_extra;
    expect(JSON.parse(JSON.parse(metrics).sceneOptions)).toMatchObject([{ resolutionType: "2k" }]);
  });
});
