/** Waits for a free slot on a session. */
import { cancelledError } from "#shared/task/end-reasons.ts";
import type { Parked } from "#shared/task/phases.ts";
import { enter } from "./changes.ts";
import { fail } from "./ends.ts";
import type { PhaseRules, Reaction } from "./rules.ts";
import { abandonedBefore } from "./unreported.ts";

/** None of its wake-ups is expected. */
function unanswered(task: Parked): Parked {
  return { ...task, unanswered: task.unanswered + 1 };
}

export const parked: PhaseRules<Parked> = {
  sees: {
    assigned: {
      leadsTo: ["ready"],
      on(task, { session }, { now }): Reaction {
        const ready = enter(task, "ready", now, {
          session,
          step: task.step + 1,
          wakeAt: now,
          unreported: 0,
          lookFailures: null,
          submitUnconfirmedSince: null,
          uploadingSince: null,
          // Uploads of another session cannot be used.
          uploads: task.uploadsOf === session ? task.uploads : [],
        });
        return { known: null, next: { task: ready, order: null, decided: "assign" } };
      },
    },
    unplaceable: {
      leadsTo: ["failed"],
      on: (task, { error }, { now }) => ({ known: null, next: fail(task, now, error) }),
    },
    cancelled: {
      leadsTo: ["cancelled"],
      on: (task, _seen, { now }) => ({ known: null, next: fail(task, now, cancelledError) }),
    },
    abandoned: {
      leadsTo: ["parked", "failed"],
      on(task, _seen, { now }) {
        const known = unanswered(task);
        return { known, next: abandonedBefore(known, now) ?? { task: known, order: null, decided: "drop" } };
      },
    },
    silent: {
      leadsTo: ["parked"],
      on(task) {
        const known = unanswered(task);
        return { known, next: { task: known, order: null, decided: "drop" } };
      },
    },
  },
  deadline: {
    says: "`TASK_MAX_WAIT_HOURS` since creation",
    leadsTo: ["failed"],
    of: ({ createdAt }, { maxWaitMs }) => createdAt + maxWaitMs,
  },
};
