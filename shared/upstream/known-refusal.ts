/** One refusal of the upstream as data: its codes, its meaning, and what a caller can do. Types only. */
import type { ErrorCode, Hint } from "#shared/errors.ts";

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
