/** The error of a key that was used for another body. */
import { AppError } from "#shared/errors.ts";

export const idempotencyConflict = () =>
  new AppError("idempotency_conflict", "This Idempotency-Key was used before with another body.", "idempotency-key");
