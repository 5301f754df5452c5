/** The failure of an upstream call, in the same form for every upstream. Types only. */
import type { TaskError } from "#shared/errors.ts";

/**
 * `again`: the same call may succeed later; `full`: when a job of this credential has ended; `refused`: it never will;
 * `session`: it may with another credential.
 */
export type Verdict = "again" | "full" | "refused" | "session";

export type UpstreamFailure = {
  verdict: Verdict;
  /** True: the upstream refused the call. False: the reply was lost or unreadable, and the call may have succeeded. */
  answered: boolean;
  error: TaskError;
  retryAfterSeconds: number | null;
  /** The upstream's whole text, for the log only. */
  text: string;
};
