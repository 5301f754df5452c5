/**
 * Checks the body of a submit. Accepts other servers' field names; errors name the field as the caller wrote it.
 */
import * as z from "zod";
import { validationError } from "#api/http/error-response.ts";
import { AppError } from "#shared/errors.ts";
import { type ImageRequest, imageRequestSchema } from "#shared/wire/image-request.ts";
import { canonicalFields } from "./field-names.ts";

export type Checked = {
  body: ImageRequest;
  /** Throws the error again with the caller's name of the field at fault. */
  rethrowWithCallerNames: (error: unknown) => never;
};

/** @throws AppError for the first fault found. */
export function checkRequest(body: Record<string, unknown>): Checked {
  const { fields, callerNames } = canonicalFields(body);
  const checked = imageRequestSchema.safeParse(fields);
  if (checked.success) return { body: checked.data, rethrowWithCallerNames: (error) => rethrow(error, callerNames) };
  const nameOf = (field: PropertyKey) => callerNames.get(String(field)) ?? field;
  const issues = checked.error.issues.map((issue) => {
    const [field, ...rest] = issue.path;
    return field === undefined ? issue : { ...issue, path: [nameOf(field), ...rest] };
  });
  const renamed = Object.entries(fields).map(([field, value]) => [nameOf(field), value] as const);
  throw validationError(new z.ZodError(issues), Object.fromEntries(renamed));
}

function rethrow(error: unknown, callerNames: Map<string, string>): never {
  const name = error instanceof AppError && error.param !== null ? callerNames.get(error.param) : undefined;
  if (!(error instanceof AppError) || name === undefined) throw error;
  throw new AppError(error.code, `${name}: ${error.message}`, name);
}
