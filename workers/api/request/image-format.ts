/** Checks the requested image format against the one the session's site makes. Images are not converted. Pure. */
import { AppError } from "#shared/errors.ts";
import type { Region } from "#shared/upstream/index.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";

/** The refusal of a format that this region does not make; null when it does, or when no format is requested. */
export function formatFault(
  format: ImageRequest["output_format"],
  { id, pictureFormat }: Pick<Region, "id" | "pictureFormat">,
): AppError | null {
  if (format == null || format.replace("jpg", "jpeg") === pictureFormat) return null;
  const why = `with a session of the region ${id}, images are ${pictureFormat}`;
  return new AppError("invalid_value", `output_format is ${format}; ${why}. Leave it out.`, "output_format");
}
