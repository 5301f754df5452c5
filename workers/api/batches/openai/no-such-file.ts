/** The same sentence for unknown ids and for files of other callers, so that asking reveals nothing. */
import { AppError } from "#shared/errors.ts";

export const noSuchFile = () => new AppError("not_found", "There is no such file for this Authorization.");
