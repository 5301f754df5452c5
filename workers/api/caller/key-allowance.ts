/** How a caller is told what its named key has left. */
import type { Context } from "hono";
import { underWayRetrySeconds } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import { type Allowance, allowanceIn, type KeyRefusal } from "#shared/task/key-limits.ts";
import { keyRefusalError } from "#shared/task/key-refusal.ts";

/** As GitHub and others name them; the moment in Unix seconds. */
export function showAllowance(c: Context, { limit, remaining, resetsAt }: Allowance): void {
  c.header("X-RateLimit-Limit", String(limit));
  c.header("X-RateLimit-Remaining", String(remaining));
  c.header("X-RateLimit-Reset", String(Math.ceil(resetsAt / 1000)));
}

type Refused = {
  refusal: KeyRefusal;
  /** The rest of the limit of images, where another limit refused it. */
  allowance?: Allowance | null;
};

/** The error of a key that may make no more now. Its headers say when it may, and how many images are left. */
export function aboveLimit(c: Context, { refusal, allowance }: Refused): AppError {
  const { code, message } = keyRefusalError(refusal);
  const shown = allowanceIn(refusal) ?? allowance ?? null;
  if (shown !== null) showAllowance(c, shown);
  const { resetsAt } = refusal;
  if (resetsAt !== null) c.header("Retry-After", String(Math.max(1, Math.ceil((resetsAt - Date.now()) / 1000))));
  else if (code === "rate_limited") c.header("Retry-After", String(underWayRetrySeconds));
  return new AppError(code, message);
}
