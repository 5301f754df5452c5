/** The draft of a task that was made elsewhere, from the request that the server kept. Pure. */
import { ratios } from "#shared/image-shape.ts";
import type { TaskView } from "#shared/wire/task.ts";
import { type Draft, plainDraft } from "./draft.ts";

/** Null where the server kept none. Reference images are not kept. */
export function keptDraft({ request, model, input_images = 0 }: TaskView): Draft | null {
  if (request === undefined) return null;
  const { prompt, ratio, resolution, size, negative_prompt, sample_strength, n, seed } = request;
  return {
    mode: input_images > 0 ? "image" : "text",
    prompt,
    negativePrompt: negative_prompt ?? "",
    model,
    ratio: ratio ?? ratioOf(size ?? "") ?? plainDraft.ratio,
    resolution: resolution ?? plainDraft.resolution,
    strength: sample_strength ?? null,
    count: n ?? null,
    seed: seed ?? null,
    images: [],
  };
}

/** The nearest ratio of a size like `1024x768`; null for any other text. */
function ratioOf(size: string): string | null {
  const [width = 0, height = 0] = size.split(/[x×*]/i).map(Number);
  if (!(width > 0) || !(height > 0)) return null;
  const distance = (ratio: string) => {
    const [across = 1, down = 1] = ratio.split(":").map(Number);
    return Math.abs(Math.log((width * down) / (height * across)));
  };
  return [...ratios].sort((one, other) => distance(one) - distance(other))[0] ?? null;
}
