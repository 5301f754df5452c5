// Reads the draft of a submit into an order: prompt, model, size, count, reference images. Refuses unknown or missing
// fields and values that the model does not support.

import { inputUrisOf } from "./draft-inputs.ts";
import { type Component, type CoreParam, type Draft, draftShape } from "./draft-shape.ts";
import type { KnownRet } from "./errors.ts";
import { findModel, type Model, type Size, sizeOf } from "./models.ts";
import type { Cluster } from "./region.ts";
import { isObject, read } from "./shape.ts";

export type DraftOrder = {
  prompt: string;
  model: Model;
  ratioCode: number;
  resolution: string;
  size: Size;
  count: number;
  /** Empty for text to image. */
  inputUris: string[];
};

export type DraftOutcome = { ok: true; order: DraftOrder } | { ok: false; ret: KnownRet; detail: string };

export function readDraft(content: string, context: { cluster: Cluster; rootModel: string }): DraftOutcome {
  const parsed = parseJson(content);
  if (parsed === undefined) return { ok: false, ret: "1002", detail: "draft_content is not JSON" };
  // In another place the upstream refuses the image count or ignores it silently; a refusal is easier to notice.
  const misplaced = misplacedOption(parsed, "");
  if (misplaced) {
    const detail = `${misplaced} belongs in abilities.gen_option, beside abilities.generate or abilities.blend`;
    return { ok: false, ret: "3018", detail };
  }
  const outcome = read(draftShape, parsed, "draft_content");
  if (!outcome.ok) return invalid(outcome.problem);
  return orderOf(outcome.value, context);
}

function orderOf(
  { main_component_id, component_list }: Draft,
  { cluster, rootModel }: { cluster: Cluster; rootModel: string },
): DraftOutcome {
  const [main] = component_list;
  if (!main || main.id !== main_component_id) return invalid("main_component_id is not the component's id");
  const { gen_option, history_option } = main.abilities;
  // Older CN clients send an empty one; the international clusters do not accept it.
  if (history_option !== undefined && cluster !== "cn") return invalid("abilities.history_option is not a known field");
  const subject = subjectOf(main);
  if (!subject.ok) return subject;
  const { param, inputUris } = subject;

  if (param.model !== rootModel) return invalid("core_param.model is not extend.root_model");
  const model = findModel(param.model, cluster);
  if (!model) return invalid(`no model ${param.model} on ${cluster}`);
  if (inputUris.length > model.maxInputs)
    return invalid(`${model.key} takes ${model.maxInputs} images, not ${inputUris.length}`);

  const ratio = ratioOf(param, model, inputUris.length > 0);
  if (!ratio.ok) return ratio;
  const resolution = param.large_image_info.resolution_type;
  const size = sizeOf(model, cluster, {
    resolution,
    ratioCode: ratio.ratioCode,
  });
  if (!size) return invalid(`${model.key} makes ${model.resolutions.join(", ")}, not ${resolution}`);

  // A model without count control ignores gen_count.
  const count = model.counts ? gen_option?.gen_count : undefined;
  if (count !== undefined && !model.counts?.includes(count))
    return invalid(`${model.key} does not make ${count} images`);

  const prompt = withoutMarkers(param.prompt, inputUris.length);
  return {
    ok: true,
    order: {
      prompt,
      model,
      ratioCode: ratio.ratioCode,
      resolution,
      size,
      count: count ?? promptCount(prompt, model) ?? model.defaultCount,
      inputUris,
    },
  };
}

type Refused = ReturnType<typeof invalid>;

const textToImageCode = 1;
const blendCode = 12;

function subjectOf(main: Component): { ok: true; param: CoreParam; inputUris: string[] } | Refused {
  const { generate, blend } = main.abilities;
  const kind = main.generate_type;
  if ((kind === "generate") !== Boolean(generate) || (kind === "blend") !== Boolean(blend))
    return invalid(`abilities does not hold ${kind}, and only that`);
  const code = blend ? blendCode : textToImageCode;
  if (main.gen_type !== undefined && main.gen_type !== code) return invalid(`gen_type is not ${code}`);
  if (generate) return { ok: true, param: generate.core_param, inputUris: [] };
  if (!blend) return invalid("abilities holds nothing to do");
  const uris = inputUrisOf(blend);
  return uris.ok ? { ok: true, param: blend.core_param, inputUris: uris.value } : invalid(uris.problem);
}

/** The ratio chosen under intelligent_ratio; not 1:1, so that a test can tell. */
const intelligentRatioCode = 3;

function ratioOf(param: CoreParam, model: Model, isBlend: boolean): { ok: true; ratioCode: number } | Refused {
  const { image_ratio, intelligent_ratio } = param;
  if (!intelligent_ratio || isBlend) {
    if (image_ratio === undefined) return invalid("core_param.image_ratio is missing");
    if (!intelligent_ratio) return { ok: true, ratioCode: image_ratio };
  }
  if (!model.intelligentRatio) return invalid(`${model.key} has no intelligent_ratio`);
  // A blend keeps its ratio beside intelligent_ratio; both were seen in 2026-02.
  if (image_ratio !== undefined && !isBlend)
    return invalid("core_param.image_ratio goes when intelligent_ratio is true");
  return { ok: true, ratioCode: intelligentRatioCode };
}

/** The largest number seen: four at first, then three times four more. */
const maxImagesByPrompt = 16;

/**
 * Models 4.0, 4.1 and 4.5 make as many as the prompt asks for: "8 images", "6 small pictures", "6张". gen_count wins.
 */
function promptCount(prompt: string, model: Model): number | undefined {
  if (!model.multiImage) return undefined;
  const [, english, chinese] =
    /\b(\d+)\s+(?:\w+\s+){0,2}(?:images|pictures|illustrations)\b|(\d+)\s*[张幅]/i.exec(prompt) ?? [];
  const wanted = Number(english ?? chinese);
  return wanted >= 1 ? Math.min(wanted, maxImagesByPrompt) : undefined;
}

/** Clients put two `#` for each image before the prompt, two after it, or none; the model does not see them. */
function withoutMarkers(prompt: string, inputs: number): string {
  const markers = "##".repeat(inputs);
  if (prompt.startsWith(markers)) return prompt.slice(markers.length);
  return prompt.endsWith("##") ? prompt.slice(0, -"##".length) : prompt;
}

function invalid(detail: string): { ok: false; ret: "1000"; detail: string } {
  return { ok: false, ret: "1000", detail };
}

/** The path of a gen_option or gen_count in the wrong place. */
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
