/** The format a caller wants the images in, and the one that a session's site makes. Nothing is converted. Pure. */
import * as z from "zod";
import { AppError } from "#shared/errors.ts";
import type { Region } from "#shared/upstream/index.ts";

const formats = ["png", "jpeg", "jpg", "webp"] as const;

/** The fields of a request about it, as OpenAI has them. */
export const formatFields = {
  output_format: z.enum(formats).nullish().meta({
    description:
      "The format of the images; `jpg` means `jpeg`. Default: what the site of the session makes, PNG in China and JPEG elsewhere. A format that the sites of your sessions do not make is refused, because images are not converted.",
  }),
  background: z
    .string()
    .refine((word) => word.trim().toLowerCase() !== "transparent", "cannot be transparent: every image is opaque")
    .nullish()
    .meta({ description: "OpenAI's field. Every image is opaque: `transparent` is refused, anything else ignored." }),
};

/** The refusal of a format that a session of this region does not get; null when it does, or none was asked for. */
export function formatFault(
  format: (typeof formats)[number] | null | undefined,
  { id, pictureFormat }: Pick<Region, "id" | "pictureFormat">,
): AppError | null {
  if (format == null || format.replace("jpg", "jpeg") === pictureFormat) return null;
  const why = `with a session of the region ${id}, images are ${pictureFormat}`;
  return new AppError("invalid_value", `output_format is ${format}; ${why}. Leave it out.`, "output_format");
}
