/** The upstream is done; images are still being copied. */
import type { Storing } from "#shared/task/phases.ts";
import { failedJob } from "./cancelling.ts";
import { generated, stored, whileGenerating } from "./images.ts";
import { pollOrder } from "./orders.ts";
import { absentJob, pollAfter, unavailableJob, unsentJob } from "./polls.ts";
import type { PhaseRules } from "./rules.ts";
import { abandoned, begin, silent } from "./unreported.ts";
import { settled } from "./wake-ups.ts";

/** A task whose images exist cannot be cancelled. */
export const storing: PhaseRules<Storing> = {
  sees: {
    begun: {
      leadsTo: ["storing", "completed", "failed", "cancelled"],
      on: (task, { leaseSeconds }, around) =>
        begin(task, around, leaseSeconds, (begun) => pollOrder(begun, "poll", leaseSeconds)),
    },
    absent: {
      leadsTo: ["storing", "completed", "cancelled"],
      on: absentJob,
    },
    generating: {
      leadsTo: ["storing", "completed"],
      on(task, seen, around) {
        // A status that goes back from done only means another poll.
        const known = settled(task);
        return { known, next: whileGenerating(known, seen, around) };
      },
    },
    generated: {
      leadsTo: ["storing", "completed", "failed"],
      // Another poll does not explain why copying failed.
      on: (task, seen, around) => generated(settled(task), seen, around, task.blockedBy),
    },
    failed: {
      leadsTo: ["completed", "failed", "cancelled"],
      on: failedJob,
    },
    unavailable: {
      leadsTo: ["storing", "completed", "failed", "cancelled"],
      on: unavailableJob,
    },
    stored: { leadsTo: ["storing", "completed"], on: stored },
    unsent: {
      leadsTo: ["storing"],
      on: unsentJob,
    },
    abandoned: {
      leadsTo: ["storing", "completed", "failed", "cancelled"],
      on: (task, _seen, around) => abandoned(task, around, (known) => pollAfter(known, around.now, 0)),
    },
    silent: { leadsTo: ["storing"], on: silent },
  },
  deadline: {
    says: "30 minutes since the job was done",
    leadsTo: ["completed", "failed", "cancelled"],
    of: ({ phaseSince }, { storeTimeoutMs }) => phaseSince + storeTimeoutMs,
  },
};
