/** How a caller is told what its named key has left. */
import type { Context } from "hono";
import { AppError } from "#shared/errors.ts";
import { type Allowance, allowanceIn, type KeyRefusal } from "#shared/task/key-limits.ts";
import { keyRefusalError } from "#shared/task/key-refusal.ts";

/** As GitHub and others name them; the moment in Unix seconds. */
export function showAllowance(c: Context, { limit, remaining, resetsAt }: Allowance): void {
  c.header("X-RateLimit-Limit", String(limit));
  c.header("X-RateLimit-Remaining", String(remaining));
  c.header("X-RateLimit-Reset", String(Math.ceil(resetsAt / 1000)));
}

/** The error of a key that may make no more now. Its headers say when it may. */
export function aboveLimit(c: Context, refusal: KeyRefusal): AppError {
  const { code, message } = keyRefusalError(refusal);
  const allowance = allowanceIn(refusal);
  if (allowance !== null) {
    showAllowance(c, allowance);
    c.header("Retry-After", String(Math.max(1, Math.ceil((allowance.resetsAt - Date.now()) / 1000))));
  }
  return new AppError(code, message);
}
