/**
 * Every refusal of the upstream that somebody has seen, as data: its number or message key, what it means, what we call
 * it, whether to try again, and what a person can do. The same number space serves `ret` (a call was refused) and
 * `fail_code` (a job failed later). Lookups are in errors.ts. Pure.
 */
import type { ErrorCode, Hint } from "#shared/errors.ts";
import { accountRefusals } from "./refusals-of-account.ts";
import { contentRefusals } from "./refusals-of-content.ts";
import { jobRefusals } from "./refusals-of-job.ts";

export { refusalFamilies } from "./refusals-of-content.ts";

/**
 * `again`: the same call may succeed later; `full`: when a job of this session has ended; `refused`: it never will;
 * `session`: it may on another session.
 */
export type Verdict = "again" | "full" | "refused" | "session";

export type RefusalClass = "session" | "risk" | "rate" | "credits" | "moderation" | "parameter" | "generation";

export type KnownRefusal = {
  class: RefusalClass;
  /** `ret` or `fail_code`. */
  codes: readonly string[];
  /** `fail_starling_key`, as the upstream spells it. */
  keys: readonly string[];
  /** Set: the `ret` decides, whatever stands in `fail_code` and key beside it. */
  isGate?: boolean;
  verdict: Verdict;
  code: ErrorCode;
  /** Whether the same request, sent again later and unchanged, may succeed. */
  retryable: boolean;
  /** What happened, in one sentence. */
  message: string;
  hint: Hint;
  /** Where and when it was met, and how sure its meaning is. */
  seen: string;
};

export const knownRefusals: readonly KnownRefusal[] = [...accountRefusals, ...contentRefusals, ...jobRefusals];
