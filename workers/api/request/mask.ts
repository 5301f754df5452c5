/** OpenAI's field `mask`. Pure. */
import { AppError } from "#shared/errors.ts";

/** @throws AppError for a mask: without it the whole image would be made again, and paid for. */
export function refuseMask(mask: unknown): void {
  if (mask === undefined || mask === null || mask === "") return;
  throw new AppError("invalid_value", "mask is not possible here: say in the prompt what is to change.", "mask");
}
