/** Completed, failed or cancelled: nothing that is seen changes the task. */
import type { Ended } from "#shared/task/phases.ts";
import type { PhaseRules } from "./rules.ts";

export const ended: PhaseRules<Ended> = {
  sees: {},
  deadline: { says: "–", leadsTo: [], of: () => Number.POSITIVE_INFINITY },
};
