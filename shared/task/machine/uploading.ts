/** Its reference images are being uploaded, one order each; nothing is submitted yet. */
import { backoffSeconds } from "#shared/task/backoff.ts";
import { cancelledError } from "#shared/task/end-reasons.ts";
import type { Uploading } from "#shared/task/phases.ts";
import { fail } from "./ends.ts";
import { uploadOrder } from "./orders.ts";
import type { PhaseRules } from "./rules.ts";
import { afterRefusal, submitAfter } from "./unaccepted.ts";
import { abandoned, begin, silent } from "./unreported.ts";
import { countLookFailure, lease, lookFailureCount, settled } from "./wake-ups.ts";

export const uploading: PhaseRules<Uploading> = {
  sees: {
    begun: {
      leadsTo: ["uploading", "failed"],
      on: (task, { leaseSeconds }, around) =>
        begin(task, around, uploadOrder(task)?.leaseSeconds ?? leaseSeconds, uploadOrder),
    },
    cancelled: {
      leadsTo: ["cancelled"],
      on: (task, _seen, { now }) => ({ known: null, next: fail(task, now, cancelledError) }),
    },
    uploaded: {
      leadsTo: ["uploading", "ready"],
      on(task, { upload }, { now }) {
        const others = task.uploads.filter(({ index }) => index !== upload.index);
        const uploads = [...others, upload].sort((a, b) => a.index - b.index);
        const known: Uploading = {
          ...settled(task),
          uploads,
          uploadsOf: task.session,
          // Each image has its own timeout.
          uploadingSince: now,
          lookFailures: null,
          blockedBy: null,
        };
        const order = uploadOrder(known);
        if (order === null) {
          const submit = submitAfter(known, now, 0);
          return { known: submit.task, next: submit };
        }
        return { known, next: { task: lease(known, now, order.leaseSeconds), order, decided: "upload" } };
      },
    },
    notUploaded: {
      leadsTo: ["ready", "parked", "failed"],
      on(task, { failure }, { now, policy }) {
        const kind = failure.error.code === "upstream_failed" ? "upload" : "blind";
        const known = { ...countLookFailure(task, kind), blockedBy: failure.error };
        const count = lookFailureCount(known);
        // An upload costs nothing: it is repeated until its own deadline, unless it is refused.
        const isEnough = kind === "upload" && count >= policy.uploadAttempts;
        return {
          known,
          next: afterRefusal(known, failure, { now, isEnough, afterSeconds: backoffSeconds(count, 2, 60) }),
        };
      },
    },
    unsent: {
      leadsTo: ["ready"],
      on(task, _seen, { now }) {
        const known = settled(task);
        return { known, next: submitAfter(known, now, 1) };
      },
    },
    abandoned: {
      leadsTo: ["ready", "failed"],
      on: (task, _seen, around) => abandoned(task, around, (known) => submitAfter(known, around.now, 0)),
    },
    silent: { leadsTo: ["uploading"], on: silent },
  },
  deadline: {
    says: "`TASK_TIMEOUT_MINUTES` since the present image is uploaded",
    leadsTo: ["failed"],
    of: ({ uploadingSince }, { timeoutMs }) => uploadingSince + timeoutMs,
  },
};
