// The shape of a draft, as strict as the evidence allows: the fields of a browser's draft (capture of 2026-02), of the
// blend drafts that clients of both sites sent in 2026, and those that older clients still send.

import {
  anything,
  flag,
  list,
  literal,
  number,
  object,
  oneOf,
  type Read,
  type Shape,
  text,
  textLike,
  uuid,
  version,
} from "./shape.ts";

const maxNumber = Number.MAX_SAFE_INTEGER;
const maxSeed = 2 ** 32 - 1;
/** The largest number of reference images any model takes. */
const maxInputs = 20;
const maxCount = 8;
const lastRatioCode = 8;
const noFields = {};
const named = { type: literal(""), id: uuid };

const largeImageInfo = object(
  {
    ...named,
    width: number({ min: 1, max: maxNumber, whole: true }),
    height: number({ min: 1, max: maxNumber, whole: true }),
    resolution_type: text,
  },
  { min_version: version },
);

const coreParam = object(
  {
    ...named,
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

const inputImage = object(
  {
    type: literal("image"),
    id: uuid,
    source_from: literal("upload"),
    platform_type: literal(1),
    name: text,
    image_uri: text,
    uri: text,
    // 0 and "" are accepted: some clients do not know the size and format.
    width: number({ min: 0, max: maxNumber, whole: true }),
    height: number({ min: 0, max: maxNumber, whole: true }),
    format: text,
  },
  noFields,
);

const ability = object(
  {
    ...named,
    name: literal("byte_edit"),
    image_uri_list: list(text, { min: 1, max: maxInputs }),
    image_list: list(inputImage, { min: 1, max: maxInputs }),
    strength: number({ min: 0, max: 1 }),
  },
  noFields,
);

const placeholder = object({ ...named, ability_index: number({ min: 0, max: maxInputs, whole: true }) }, noFields);

const blend = object(
  {
    ...named,
    core_param: coreParam,
    ability_list: list(ability, { min: 1, max: maxInputs }),
    prompt_placeholder_info_list: list(placeholder, { min: 1, max: maxInputs }),
    postedit_param: object({ ...named, generate_type: literal(0) }, noFields),
  },
  { min_version: version, min_features: list(text, { min: 0, max: 0 }) },
);

const genOption = object(
  { ...named, generate_all: flag },
  { gen_count: number({ min: 1, max: maxCount, whole: true }) },
);

const generationKind: Shape<"generate" | "blend"> = oneOf(
  (value): value is "generate" | "blend" => value === "generate" || value === "blend",
  '"generate" or "blend"',
);

const component = object(
  {
    type: literal("image_base_component"),
    id: uuid,
    min_version: version,
    aigc_mode: literal("workbench"),
    metadata: object(
      {
        ...named,
        created_platform: literal(3),
        created_platform_version: text,
        created_time_in_ms: textLike(/^\d{13}$/, "13 digits"),
        created_did: text,
      },
      noFields,
    ),
    generate_type: generationKind,
    abilities: object(named, {
      generate: object({ ...named, core_param: coreParam }, noFields),
      blend,
      gen_option: genOption,
      history_option: anything,
    }),
  },
  { gen_type: number({ min: 1, max: 12, whole: true }) },
);

export const draftShape = object(
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

export type Draft = Read<typeof draftShape>;
export type Component = Read<typeof component>;
export type CoreParam = Read<typeof coreParam>;
export type Blend = Read<typeof blend>;
