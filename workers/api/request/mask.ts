/** OpenAI's field `mask`. Pure. */
import { AppError } from "#shared/errors.ts";

/** @throws AppError for a mask: were it ignored, the whole image would be made again, and paid for. */
export function refuseMask(mask: unknown): void {
  if (mask === undefined || mask === null || mask === "") return;
  throw new AppError("invalid_value", "mask is not supported: describe the change in the prompt.", "mask");
}
