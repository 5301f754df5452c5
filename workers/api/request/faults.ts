/** The first part of a request that an offer lacks. Nothing is spent on it. Pure. */
import { AppError } from "#shared/errors.ts";
import type { Offer } from "#shared/upstreams/index.ts";
import { anySeed, type ImageRequest } from "#shared/wire/image-request.ts";
import { formatFault } from "./image-format.ts";
import type { Shape } from "./shape.ts";

type Asked = {
  shape: Shape;
  /** Null: not this number. */
  counts: (number | null)[] | null;
  inputCount: number;
  offer: Offer;
  /** Region or cloud. */
  place: string;
};

/** Null when it lacks none. */
export function faultOf(body: ImageRequest, { shape, counts, inputCount, offer, place }: Asked): AppError | null {
  const { model } = offer;
  const refused = (param: string, message: string) => new AppError("invalid_value", message, param);
  const one = (values: readonly (string | number)[]) => values.join(", ");
  if (!offer.resolutions.includes(shape.resolution)) {
    const message = `resolution is ${shape.resolution}; ${model} makes ${one(offer.resolutions)}.`;
    return refused("resolution", message);
  }
  if (!offer.ratios.includes(shape.ratio)) {
    const message = `ratio is ${shape.ratio}; in the region ${place}, ${model} makes ${one(offer.ratios)}.`;
    return refused("ratio", message);
  }
  if (counts === null) {
    return refused("n", `n is ${body.n}; ${model} makes ${one(offer.counts)} images at once.`);
  }
  if (body.intelligent_ratio === true && !offer.intelligentRatio) {
    return refused("intelligent_ratio", `intelligent_ratio is true; ${model} cannot choose the ratio. Leave it out.`);
  }
  if (inputCount > offer.maxInputs) {
    return refused("images", `${inputCount} reference images; ${model} takes ${offer.maxInputs} at most.`);
  }
  const together = Math.max(...counts.map((count) => count ?? offer.defaultCount)) + inputCount;
  if (inputCount > 0 && together > (offer.maxTogether ?? together)) {
    const message = `${together} reference images and images; ${model} takes ${offer.maxTogether} of both together.`;
    return refused("n", message);
  }
  const field = offer.withoutPlaceFor.find((name) => isGiven(body, name));
  if (field !== undefined) {
    return refused(field, `${field} is given; ${model} has no place for it. Leave it out, or say it in the prompt.`);
  }
  return formatFault(body.output_format, offer, place);
}

function isGiven(body: ImageRequest, name: Offer["withoutPlaceFor"][number]): boolean {
  if (name === "seed") return body.seed != null && body.seed !== anySeed;
  return name === "negative_prompt" ? (body.negative_prompt ?? "").trim() !== "" : body.sample_strength != null;
}
