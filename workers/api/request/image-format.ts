/** Checks the requested image format against those that the model can be had in. Images are not converted. Pure. */
import { AppError } from "#shared/errors.ts";
import type { Offer } from "#shared/upstreams/index.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";

/** The refusal of a format that is not made; null when it is, or when no format is requested. */
export function formatFault(
  format: ImageRequest["output_format"],
  { model, formats, runs }: Pick<Offer, "model" | "formats" | "runs">,
  place: string,
): AppError | null {
  if (format == null || formats.some((made) => made === format.replace("jpg", "jpeg"))) return null;
  const made = formats.join(" or ");
  const why = runs === "job" ? `with a session of the region ${place}, images are ${made}` : `${model} makes ${made}`;
  return new AppError("invalid_value", `output_format is ${format}; ${why}. Leave it out.`, "output_format");
}
