// Reads the draft a text-to-image submit carries, as strictly as evidence allows: the fields of the real
// browser draft (capture 2026-02) and those older clients still send. Unknown or missing ones are refused.

import type { KnownRet } from "./errors.ts";
import { findModel, lastRatioCode, type Model, type Size, sizeOf } from "./models.ts";
import type { Cluster } from "./region.ts";
import {
  anything,
  flag,
  isObject,
  list,
  literal,
  number,
  object,
  type Read,
  read,
  text,
  textLike,
  uuid,
  version,
} from "./shape.ts";

export type DraftOrder = {
  prompt: string;
  model: Model;
  ratioCode: number;
  resolution: string;
  size: Size;
  count: number;
};

export type DraftOutcome = { ok: true; order: DraftOrder } | { ok: false; ret: KnownRet; detail: string };

const most = Number.MAX_SAFE_INTEGER;
const maxSeed = 2 ** 32 - 1;
const maxCount = 8;
const noFields = {};

const largeImageInfo = object(
  {
    type: literal(""),
    id: uuid,
    width: number({ min: 1, max: most, whole: true }),
    height: number({ min: 1, max: most, whole: true }),
    resolution_type: text,
  },
  { min_version: version },
);

const coreParam = object(
  {
    type: literal(""),
    id: uuid,
    model: text,
    prompt: textLike(/\S/, "a text"),
    sample_strength: number({ min: 0, max: 1 }),
    large_image_info: largeImageInfo,
  },
  {
    negative_prompt: text,
    seed: number({ min: 0, max: maxSeed, whole: true }),
    image_ratio: number({ min: 1, max: lastRatioCode, whole: true }),
    intelligent_ratio: flag,
    generate_type: literal(0),
  },
);

const genOption = object(
  { type: literal(""), id: uuid, generate_all: flag },
  { gen_count: number({ min: 1, max: maxCount, whole: true }) },
);

const component = object(
  {
    type: literal("image_base_component"),
    id: uuid,
    min_version: version,
    aigc_mode: literal("workbench"),
    metadata: object(
      {
        type: literal(""),
        id: uuid,
        created_platform: literal(3),
        created_platform_version: text,
        created_time_in_ms: textLike(/^\d{13}$/, "13 digits"),
        created_did: text,
      },
      noFields,
    ),
    generate_type: literal("generate"),
    abilities: object(
      {
        type: literal(""),
        id: uuid,
        generate: object({ type: literal(""), id: uuid, core_param: coreParam }, noFields),
      },
      { gen_option: genOption, history_option: anything },
    ),
  },
  { gen_type: literal(1) },
);

const draft = object(
  {
    type: literal("draft"),
    id: uuid,
    min_version: version,
    min_features: list(text, { min: 0, max: 0 }),
    is_from_tsn: literal(true),
    version,
    main_component_id: uuid,
    component_list: list(component, { min: 1, max: 1 }),
  },
  noFields,
);

export function readDraft(content: string, context: { cluster: Cluster; rootModel: string }): DraftOutcome {
  const parsed = parseJson(content);
  if (parsed === undefined) return { ok: false, ret: "1002", detail: "draft_content is not JSON" };
  // The upstream refuses or silently ignores the image count elsewhere; refusing is easier to notice.
  const misplaced = misplacedOption(parsed, "");
  if (misplaced) {
    const detail = `${misplaced} belongs in abilities.gen_option, beside abilities.generate`;
    return { ok: false, ret: "3018", detail };
  }
  const outcome = read(draft, parsed, "draft_content");
  if (!outcome.ok) return invalid(outcome.complaint);
  return orderOf(outcome.value, context);
}

function orderOf(
  { main_component_id, component_list }: Read<typeof draft>,
  { cluster, rootModel }: { cluster: Cluster; rootModel: string },
): DraftOutcome {
  const [main] = component_list;
  if (!main || main.id !== main_component_id) return invalid("main_component_id is not the component's id");
  const { generate, gen_option, history_option } = main.abilities;
  // Older CN clients send an empty one; internationally it has to go.
  if (history_option !== undefined && cluster !== "cn") return invalid("abilities.history_option is not a known field");
  const param = generate.core_param;

  if (param.model !== rootModel) return invalid("core_param.model is not extend.root_model");
  const model = findModel(param.model, cluster);
  if (!model) return invalid(`no model ${param.model} on ${cluster}`);

  const ratio = ratioOf(param, model);
  if (!ratio.ok) return ratio;
  const resolution = param.large_image_info.resolution_type;
  const size = sizeOf(model, cluster, {
    resolution,
    ratioCode: ratio.ratioCode,
  });
  if (!size) return invalid(`${model.key} makes ${model.resolutions.join(", ")}, not ${resolution}`);

  // A model without count control ignores the wish.
  const count = model.counts ? gen_option?.gen_count : undefined;
  if (count !== undefined && !model.counts?.includes(count))
    return invalid(`${model.key} does not make ${count} pictures`);

  return {
    ok: true,
    order: {
      prompt: param.prompt,
      model,
      ratioCode: ratio.ratioCode,
      resolution,
      size,
      count: count ?? model.defaultCount,
    },
  };
}

/** What the model picks when it may: unlike the usual 1:1, so that it can be seen. */
const intelligentRatioCode = 3;

function ratioOf(
  param: Read<typeof coreParam>,
  model: Model,
): { ok: true; ratioCode: number } | ReturnType<typeof invalid> {
  const { image_ratio, intelligent_ratio } = param;
  if (!intelligent_ratio) {
    if (image_ratio === undefined) return invalid("core_param.image_ratio is missing");
    return { ok: true, ratioCode: image_ratio };
  }
  if (!model.intelligentRatio) return invalid(`${model.key} has no intelligent_ratio`);
  if (image_ratio !== undefined) return invalid("core_param.image_ratio goes when intelligent_ratio is true");
  return { ok: true, ratioCode: intelligentRatioCode };
}

function invalid(detail: string): { ok: false; ret: "1000"; detail: string } {
  return { ok: false, ret: "1000", detail };
}

/** The path of a gen_option or gen_count that is not where it counts. */
function misplacedOption(value: unknown, path: string): string | undefined {
  if (Array.isArray(value)) {
    for (const entry of value) {
      const found = misplacedOption(entry, path);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const home = ".component_list.abilities.gen_option";
  for (const [key, inner] of Object.entries(value)) {
    const here = `${path}.${key}`;
    if (key === "gen_option" && here !== home) return here.slice(1);
    if (key === "gen_count" && path !== home) return here.slice(1);
    const found = misplacedOption(inner, here);
    if (found) return found;
  }
  return undefined;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
