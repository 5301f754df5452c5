/** Has its slot; a wake-up to upload its reference images, or to submit it, is on its way. */
import { cancelledError } from "#shared/task/end-reasons.ts";
import type { Ready } from "#shared/task/phases.ts";
import { accept } from "./accept.ts";
import { enter } from "./changes.ts";
import { fail } from "./ends.ts";
import { submitOrder, uploadOrder } from "./orders.ts";
import { dispatched, onward } from "./paid-calls.ts";
import { pollAtPace } from "./polls.ts";
import type { PhaseRules, Reaction } from "./rules.ts";
import { submitAfter } from "./unaccepted.ts";
import { abandonedBefore } from "./unreported.ts";

/** Nothing of it was begun: no lease ran out. */
function unanswered(task: Ready): Ready {
  return { ...task, unanswered: task.unanswered + 1 };
}

export const ready: PhaseRules<Ready> = {
  sees: {
    begun: {
      leadsTo: ["uploading", "submitting", "dispatched"],
      on(task, { leaseSeconds }, around): Reaction {
        const { now } = around;
        const { paid } = task.request;
        if (paid !== null) return { known: null, next: onward(dispatched(task, paid.calls, now), around) };
        const upload = uploadOrder(task);
        const leaseUntil = now + (upload?.leaseSeconds ?? leaseSeconds) * 1000;
        const begun = { leaseUntil, wakeAt: leaseUntil, unanswered: 0 };
        if (upload !== null) {
          const uploading = enter(task, "uploading", now, { ...begun, uploadingSince: task.uploadingSince ?? now });
          return { known: null, next: { task: uploading, order: upload, decided: "begin" } };
        }
        const submitting = enter(task, "submitting", now, { ...begun, cancel: null });
        const order = submitOrder(submitting, leaseSeconds);
        return { known: null, next: { task: submitting, order, decided: "begin" } };
      },
    },
    cancelled: {
      leadsTo: ["cancelled"],
      on: (task, _seen, { now }) => ({ known: null, next: fail(task, now, cancelledError) }),
    },
    accepted: {
      leadsTo: ["running"],
      on(task, seen, around) {
        // Only an earlier lost submit can still be accepted.
        if (task.submitUnconfirmedSince === null) return null;
        const known = accept(task, seen, around.now);
        return { known, next: pollAtPace(known, around) };
      },
    },
    abandoned: {
      leadsTo: ["ready", "failed"],
      on(task, _seen, { now }) {
        const known = unanswered(task);
        return { known, next: abandonedBefore(known, now) ?? submitAfter(known, now, 0) };
      },
    },
    silent: {
      leadsTo: ["ready"],
      on(task, _seen, { now }) {
        const known = unanswered(task);
        return { known, next: { task: { ...known, wakeAt: now }, order: null, decided: "nudge" } };
      },
    },
  },
  deadline: {
    says: "as `submitting` after a lost reply, as `uploading` after a failed upload, else as `parked`",
    leadsTo: ["failed"],
    of(task, { maxWaitMs, timeoutMs }) {
      const since = task.submitUnconfirmedSince ?? task.uploadingSince;
      return since === null ? task.createdAt + maxWaitMs : since + timeoutMs;
    },
  },
};
