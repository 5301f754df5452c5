/** The reference images of a request together, against what one call of the upstream may carry. */
import type { Resolved } from "#api/request/image-request.ts";
import { AppError } from "#shared/errors.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import type { TaskRequest } from "#shared/task/request.ts";

/** @throws AppError `invalid_value` when they are too large. Nothing was spent. */
export function refuseTooLarge(
  inputs: StagedInput[],
  { maxInputBytes, request }: Pick<Resolved, "maxInputBytes"> & { request: Pick<TaskRequest, "model"> | undefined },
): void {
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
  if (maxInputBytes === null || bytes <= maxInputBytes) return;
  const megabytes = (count: number) => (count / 1_000_000).toFixed(1);
  const model = request?.model ?? "the model";
  throw new AppError(
    "invalid_value",
    `The reference images have ${megabytes(bytes)} MB together; ${model} takes ${megabytes(maxInputBytes)} MB in one call. Send smaller ones.`,
    "images",
  );
}
