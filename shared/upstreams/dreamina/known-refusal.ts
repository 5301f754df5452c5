/** One refusal of the upstream as data: its codes, its meaning, and what a caller can do. Types only. */
import type { ErrorCode, Hint } from "#shared/errors.ts";
import type { Verdict } from "#shared/upstreams/failure.ts";

export type RefusalClass = "session" | "risk" | "rate" | "credits" | "moderation" | "parameter" | "generation";

export type KnownRefusal = {
  class: RefusalClass;
  /** `ret` or `fail_code`. */
  codes: readonly string[];
  /** `fail_starling_key`, as the upstream spells it. */
  keys: readonly string[];
  /** True: this `ret` decides, whatever `fail_code` and key are. */
  isGate?: boolean;
  verdict: Verdict;
  code: ErrorCode;
  /** Whether the same request, sent again later and unchanged, may succeed. */
  retryable: boolean;
  /** The fault, in one sentence. */
  message: string;
  hint: Hint;
  /** Sources with their dates, and how sure the meaning is. */
  seen: string;
};
