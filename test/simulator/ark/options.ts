// The fields of a call besides model, prompt, size and reference images.

import { isObject } from "#test/simulator/shape.ts";
import type { ArkFormat, ArkTraits } from "./models.ts";
import { type ArkOutcome, type ArkRefusal, invalid, refuse } from "./refusals.ts";

export type ArkOptions = {
  format: ArkFormat;
  background: string | undefined;
  watermark: boolean;
  asBase64: boolean;
  isStreamed: boolean;
  searchesWeb: boolean;
  /** `sequential_image_generation` is `auto`. */
  isGroup: boolean;
  askedImages: number | undefined;
};

type Fields = Record<string, unknown>;
type Check = (fields: Fields, traits: ArkTraits) => ArkRefusal | undefined;

const maxImages = 15;
const minSeed = -1;
const maxSeed = 2_147_483_647;
const groupFields = ["sequential_image_generation", "sequential_image_generation_options", "stream"];

export function readOptions(fields: Fields, traits: ArkTraits): ArkOutcome<ArkOptions> {
  for (const check of checks) {
    const refusal = check(fields, traits);
    if (refusal) return refuse(refusal);
  }
  const options = fields.sequential_image_generation_options;
  const asked = isObject(options) ? options.max_images : undefined;
  const { output_format, background } = fields;
  return {
    ok: true,
    value: {
      format: output_format === "png" || output_format === "jpeg" ? output_format : traits.defaultFormat,
      background: typeof background === "string" ? background : undefined,
      watermark: fields.watermark !== false,
      asBase64: fields.response_format === "b64_json",
      isStreamed: fields.stream === true,
      searchesWeb: Array.isArray(fields.tools) && fields.tools.length > 0,
      isGroup: fields.sequential_image_generation === "auto",
      askedImages: typeof asked === "number" ? asked : undefined,
    },
  };
}

const checks: readonly Check[] = [
  (fields, { isGroup }) => {
    const field = groupFields.find((name) => fields[name] !== undefined);
    return field === undefined || isGroup ? undefined : unsupported(field);
  },
  (fields, { takesFormat }) =>
    fields.output_format === undefined || takesFormat ? undefined : unsupported("output_format"),
  oneOf("output_format", ["png", "jpeg"]),
  oneOf("response_format", ["url", "b64_json"]),
  oneOf("sequential_image_generation", ["auto", "disabled"]),
  isFlag("watermark"),
  isFlag("stream"),
  ({ seed }) => {
    if (seed === undefined || (Number.isInteger(seed) && Number(seed) >= minSeed && Number(seed) <= maxSeed))
      return undefined;
    return invalid("seed", `it is not a whole number from ${minSeed} to ${maxSeed}`);
  },
  ({ background }, { backgrounds }) => {
    if (background === undefined) return undefined;
    if (backgrounds.length === 0) return unsupported("background");
    return backgrounds.some((known) => known === background)
      ? undefined
      : invalid("background", `it is not one of ${backgrounds.join(", ")}`);
  },
  checkGroupOptions,
  checkPromptOptions,
  checkTools,
];

function checkGroupOptions(fields: Fields): ArkRefusal | undefined {
  const name = "sequential_image_generation_options";
  const options = fields[name];
  if (options === undefined) return undefined;
  if (fields.sequential_image_generation !== "auto") return invalid(name, "it needs sequential_image_generation auto");
  if (!isObject(options)) return invalid(name, "it is not an object");
  const unknown = unknownIn(options, ["max_images"]);
  if (unknown) return unsupported(`${name}.${unknown}`);
  const { max_images: max } = options;
  if (max === undefined || (Number.isInteger(max) && Number(max) >= 1 && Number(max) <= maxImages)) return undefined;
  return invalid(`${name}.max_images`, `it is not a whole number from 1 to ${maxImages}`);
}

function checkPromptOptions(fields: Fields, { hasFastMode }: ArkTraits): ArkRefusal | undefined {
  const name = "optimize_prompt_options";
  const options = fields[name];
  if (options === undefined) return undefined;
  if (!isObject(options)) return invalid(name, "it is not an object");
  const unknown = unknownIn(options, ["mode"]);
  if (unknown) return unsupported(`${name}.${unknown}`);
  if (options.mode === undefined || options.mode === "standard" || (options.mode === "fast" && hasFastMode))
    return undefined;
  return invalid(`${name}.mode`, "this model does not have the mode");
}

function checkTools({ tools }: Fields, { hasWebSearch }: ArkTraits): ArkRefusal | undefined {
  if (tools === undefined) return undefined;
  if (!hasWebSearch) return unsupported("tools");
  const isKnown = (tool: unknown) => isObject(tool) && tool.type === "web_search" && !unknownIn(tool, ["type"]);
  return Array.isArray(tools) && tools.every(isKnown) ? undefined : invalid("tools", "the only tool is web_search");
}

function oneOf(name: string, values: readonly string[]): Check {
  return (fields) => {
    const value = fields[name];
    if (value === undefined || values.some((known) => known === value)) return undefined;
    return invalid(name, `it is not one of ${values.join(", ")}`);
  };
}

function isFlag(name: string): Check {
  return (fields) =>
    fields[name] === undefined || typeof fields[name] === "boolean" ? undefined : invalid(name, "it is not a boolean");
}

function unknownIn(value: Fields, known: readonly string[]): string | undefined {
  return Object.keys(value).find((name) => !known.includes(name));
}

function unsupported(name: string): ArkRefusal {
  return invalid(name, "this model does not support it", "InvalidParameter.UnsupportedParameter");
}
