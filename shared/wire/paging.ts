/** How many entries a page of a list has. Pure. */
import * as z from "zod";

/** @param most the most that may be asked for. @param usual without a wish. */
export const pageLimit = (most: number, usual: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(most)
    .default(usual)
    .meta({ description: `How many, 1 to ${most}.`, example: usual, type: "integer" });
