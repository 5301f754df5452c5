/**
 * Every known refusal of the upstream. `ret` (a call was refused) and `fail_code` (a job failed later) share their
 * numbers. Lookups are in errors.ts. Pure.
 */
import type { KnownRefusal } from "./known-refusal.ts";
import { accountRefusals } from "./refusals-of-account.ts";
import { contentRefusals } from "./refusals-of-content.ts";
import { jobRefusals } from "./refusals-of-job.ts";

export const knownRefusals: readonly KnownRefusal[] = [...accountRefusals, ...contentRefusals, ...jobRefusals];
