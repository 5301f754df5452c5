// Reads the body of a call strictly: unknown fields are refused, and each field is checked against the traits of the
// model. The first problem is reported.

import type { Size } from "#test/simulator/models.ts";
import { isObject } from "#test/simulator/shape.ts";
import { type ArkInput, readInputs } from "./inputs.ts";
import type { ArkFormat, ArkTraits, FoundModel } from "./models.ts";
import { readOptions } from "./options.ts";
import { type ArkOutcome, type ArkRefusal, invalid, missing, refuse } from "./refusals.ts";
import { readSize } from "./size.ts";

export type ArkRequest = {
  model: FoundModel;
  prompt: string;
  size: Size;
  inputs: ArkInput[];
  /** Images to make. */
  count: number;
  format: ArkFormat;
  background: string | undefined;
  watermark: boolean;
  asBase64: boolean;
  isStreamed: boolean;
  searchesWeb: boolean;
};

const knownFields = new Set([
  ...["model", "prompt", "image", "size", "response_format", "output_format", "watermark", "stream", "seed", "tools"],
  ...["sequential_image_generation", "sequential_image_generation_options", "optimize_prompt_options", "background"],
]);
const maxPromptLength = 400_000;
/** Reference images and images of a group together. */
const maxImages = 15;

export type Fields = Record<string, unknown>;

/** The body as an object with known fields, a model and a prompt. */
export function readFields(text: string): ArkOutcome<Fields & { model: string; prompt: string }> {
  const body = parse(text);
  if (!isObject(body)) return refuse(invalid("body", "the body is not a JSON object"));
  const { model, prompt } = body;
  for (const name of Object.keys(body)) {
    if (!knownFields.has(name)) return refuse(unsupported(name, "the field is not known to the simulator"));
  }
  if (model === undefined) return refuse(missing("model"));
  if (typeof model !== "string") return refuse(invalid("model", "it is not a string"));
  if (prompt === undefined || prompt === "") return refuse(missing("prompt"));
  if (typeof prompt !== "string") return refuse(invalid("prompt", "it is not a string"));
  if (prompt.length > maxPromptLength) return refuse(invalid("prompt", `it is longer than ${maxPromptLength}`));
  return { ok: true, value: { ...body, model, prompt } };
}

export function readRequest(fields: Fields & { prompt: string }, model: FoundModel): ArkOutcome<ArkRequest> {
  const { traits } = model;
  const options = readOptions(fields, traits);
  if (!options.ok) return options;
  const size = readSize(fields.size, traits, fields.prompt);
  if (!size.ok) return size;
  const inputs: ArkOutcome<ArkInput[]> =
    fields.image === undefined ? { ok: true, value: [] } : readInputs(fields.image, traits.maxInputs);
  if (!inputs.ok) return inputs;
  const { isGroup, askedImages, ...rest } = options.value;
  const problem =
    backgroundProblem(rest, traits, inputs.value) ?? groupProblem(isGroup, askedImages, inputs.value.length);
  if (problem) return refuse(problem);
  const count = isGroup ? (askedImages ?? maxImages - inputs.value.length) : 1;
  return { ok: true, value: { model, prompt: fields.prompt, size: size.value, inputs: inputs.value, count, ...rest } };
}

function groupProblem(isGroup: boolean, askedImages: number | undefined, inputs: number): ArkRefusal | undefined {
  // Without `max_images` its default of 15 gives way to the reference images.
  if (!isGroup || askedImages === undefined || askedImages + inputs <= maxImages) return undefined;
  return invalid(
    "sequential_image_generation_options.max_images",
    `${inputs} reference images and ${askedImages} images are more than ${maxImages}`,
  );
}

type Look = { background: string | undefined; format: ArkFormat };

function backgroundProblem(
  { background, format }: Look,
  { family }: ArkTraits,
  inputs: ArkInput[],
): ArkRefusal | undefined {
  if (background !== "transparent") return undefined;
  if (format === "jpeg") return invalid("background", "transparent needs the output_format png");
  const [only, ...others] = inputs;
  if (family !== "5.5" && (!only?.hasAlpha || others.length > 0))
    return invalid("background", "transparent needs exactly one reference image, a PNG with an alpha channel");
  return undefined;
}

export function unsupported(param: string, problem: string): ArkRefusal {
  return invalid(param, problem, "InvalidParameter.UnsupportedParameter");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
