/** What the page does with a file, by its type. Pure. */
import { type RecognisedType, referenceTypes } from "#shared/images/image-type.ts";

/**
 * `take`: the API takes it. `decode`: an image that some browsers read. `draw`: an SVG drawing, perhaps.
 * `refuse`: no image.
 */
export type Plan = "take" | "decode" | "draw" | "refuse";

export function planFor({ contentType, kind, ending }: RecognisedType): Plan {
  if (contentType !== null && referenceTypes.includes(contentType)) return "take";
  if (kind === "image") return "decode";
  return ending === "svg" ? "draw" : "refuse";
}
