/** One refusal of Ark as data: its codes, its meaning, and what a caller can do. Types only. */
import type { ErrorCode, Hint } from "#shared/errors.ts";
import type { Verdict } from "#shared/upstreams/failure.ts";

export type ArkRefusal = {
  /** `error.code`, in any letter case. A code stands for its whole dotted family; the longest one counts. */
  codes: readonly string[];
  /** The row counts only when `error.message` has this. Rows with it come before those without. */
  says?: RegExp;
  verdict: Verdict;
  code: ErrorCode;
  /** Whether the same request, sent again later and unchanged, may succeed. */
  retryable: boolean;
  /** The fault, in one sentence. */
  message: string;
  hint: Hint;
  /** Whether the cloud's own text says more than the message, so that callers see it. */
  isVague?: boolean;
  /** Sources with their dates, and how sure the meaning is. */
  seen: string;
};
