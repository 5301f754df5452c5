/**
 * What an event makes of a task. For a terminal task, or an event that does not apply to its phase, the very same
 * object comes back and nothing is written: that is how duplicates and late arrivals become harmless. Pure.
 */
import type { TaskError } from "../errors.ts";
import type { TaskEvent } from "./events.ts";
import { progressOf } from "./progress.ts";
import { isTerminal, type Phase, type Setback, type StoredImage, type Task } from "./schema.ts";

export function transition(task: Task, event: TaskEvent, now: number): Task {
  if (isTerminal(task)) return task;
  const next = apply(task, event, now);
  // What could be read a moment ago counts too: a forecast that comes later may be longer than the assumed one.
  return next === task ? task : { ...next, progress: Math.max(progressOf(task, now), progressOf(next, now)) };
}

function apply(task: Task, event: TaskEvent, now: number): Task {
  const { phase } = task;
  const isUpstream = phase === "submitting" || phase === "running" || phase === "storing";

  switch (event.kind) {
    case "assigned":
      if (phase !== "parked") return task;
      return wake(enter(task, "ready", now, { session: event.session, setback: null }), now, 0);
    case "begun": {
      const leaseUntil = now + event.leaseSeconds * 1000;
      const begun = { ...noteUnreported(task), leaseUntil, wakeAt: leaseUntil, unanswered: 0 };
      if (phase === "ready") return enter(begun, "submitting", now, {});
      // A submit whose lease ran out unanswered: the job may exist from here on.
      if (phase === "submitting") return { ...begun, unsureSince: task.unsureSince ?? now };
      return isUpstream ? begun : task;
    }
    case "cancelled":
      if (phase !== "parked" && phase !== "ready") return task;
      return end(task, "cancelled", now, { error: { code: "cancelled", message: "The task was cancelled." } });

    case "accepted":
      if (phase !== "ready" && phase !== "submitting") return task;
      return accept(task, event, now);
    case "refused": {
      if (phase !== "submitting") return task;
      const { error } = event.failure;
      const isBusy = error.code === "rate_limited";
      // Being busy in between does not make an earlier refusal undone.
      const keeps = isBusy && task.setback?.kind === "refused";
      const known = keeps ? settled(task) : setBack(task, isBusy ? "busy" : "refused");
      return { ...known, trouble: error, unsureSince: null };
    }
    case "unsure":
      if (phase !== "submitting") return task;
      return {
        ...settled(task),
        setback: null,
        trouble: event.failure.error,
        unsureSince: task.unsureSince ?? now,
      };
    case "absent":
      return isUpstream ? setBack(task, "absent") : task;
    case "generating": {
      if (phase === "submitting") return accept(task, event, now);
      // Done once is done: a status that flickers back only means another look.
      if (phase === "storing") return settled(task);
      if (phase !== "running") return task;
      return changed(settled(task), now, {
        setback: null,
        trouble: null,
        planned: event.planned ?? task.planned,
        forecastSeconds: task.forecastSeconds ?? event.forecastSeconds,
        historyId: task.historyId ?? event.historyId,
      });
    }
    case "generated": {
      if (!isUpstream) return task;
      const known = phase === "submitting" ? accept(task, { ...event, forecastSeconds: null }, now) : settled(task);
      const planned = event.planned ?? known.planned ?? event.images.length;
      // A finished job with an empty list may only be late with it.
      const setback = event.images.length === 0 ? setBack(known, "empty").setback : null;
      // Seen again, it says nothing about why copying it did not work.
      const trouble = phase === "storing" ? task.trouble : null;
      return enter(known, "storing", now, { expected: event.images.length, planned, setback, trouble });
    }
    case "failed":
      return isUpstream ? { ...settled(task), trouble: event.failure.error } : task;
    case "unavailable":
      if (!isUpstream) return task;
      return {
        ...setBack(task, event.failure.error.code === "session_expired" ? "session" : "blind"),
        trouble: event.failure.error,
      };
    case "stored": {
      if (phase !== "running" && phase !== "storing") return task;
      const images = merge(task.images, event.images);
      return changed(settled(task), now, { images, trouble: event.trouble });
    }
    case "unsent":
      return isUpstream ? settled(task) : task;
    case "abandoned": {
      // With a lease running somebody may still be at it, unless nobody ever came back; if not, the alarm knows when.
      const isLeased = task.leaseUntil !== null && task.leaseUntil > now;
      if (isLeased && task.unreported < hopeless) return task;
      const known = isLeased ? { ...task, leaseUntil: null } : unheard(task);
      return known.unreported >= hopeless ? { ...known, trouble: abandonedError } : known;
    }
    case "silent":
      return unheard(task);

    case "drop":
      return task;
    case "submit": {
      if (phase !== "ready" && phase !== "submitting") return task;
      // What was looked for and not found is sent anew: the next search starts from the beginning.
      const isAnew = task.setback?.kind === "absent";
      const fields = isAnew ? { setback: null, resubmits: task.resubmits + 1 } : {};
      return wake(enter(task, "ready", now, fields), now, event.afterSeconds);
    }
    case "recover":
    case "poll":
      return isUpstream ? wake(task, now, event.afterSeconds) : task;
    case "store": {
      if (phase !== "running" && phase !== "storing") return task;
      const leaseUntil = now + event.leaseSeconds * 1000;
      // Counted when it begins, so that a copy nobody ever reports on is counted too.
      const copyTries = phase === "storing" ? task.copyTries + 1 : task.copyTries;
      return { ...task, leaseUntil, wakeAt: leaseUntil, copyTries };
    }
    case "complete":
      return end(task, "completed", now, { partial: event.partial, trouble: null });
    case "fail":
      return end(task, "failed", now, { error: event.error });
    case "switch":
      if (phase !== "submitting") return task;
      return enter(task, "parked", now, {
        tried: task.session === null ? task.tried : [...task.tried, task.session],
        session: null,
        wakeAt: null,
        leaseUntil: null,
        unsureSince: null,
      });
  }
}

const abandonedError: TaskError = {
  code: "internal",
  message: "The task could not be carried out because of a fault of this server.",
};

/** A change the caller can see. */
function changed(task: Task, now: number, fields: Partial<Task>): Task {
  return { ...task, ...fields, version: task.version + 1, updatedAt: now };
}

function enter(task: Task, phase: Phase, now: number, fields: Partial<Task>): Task {
  return changed(task, now, { ...fields, phase, phaseSince: phase === task.phase ? task.phaseSince : now });
}

function end(task: Task, phase: Phase, now: number, fields: Partial<Task>): Task {
  return enter(task, phase, now, { ...fields, endedAt: now, wakeAt: null, leaseUntil: null });
}

/** The order was answered: whoever held the lease is done with it. */
function settled(task: Task): Task {
  return { ...task, leaseUntil: null, unreported: 0 };
}

/** The order was answered and brought the task no further. */
function setBack(task: Task, kind: Setback): Task {
  const count = task.setback?.kind === kind ? task.setback.count + 1 : 1;
  return { ...settled(task), setback: { kind, count } };
}

/** Nothing came back from the latest wake-up. */
function unheard(task: Task): Task {
  return { ...noteUnreported(task), leaseUntil: null, unanswered: task.unanswered + 1 };
}

/** A lease that is still there when its time is over was never reported on. */
function noteUnreported(task: Task): Task {
  return task.leaseUntil === null ? task : { ...task, unreported: task.unreported + 1 };
}

/** So many orders begun in vain that it is not bad luck: carrying it out fails every time. */
const hopeless = 3;

/** A new wake-up is due; every earlier one becomes stale. */
function wake(task: Task, now: number, afterSeconds: number): Task {
  return { ...task, step: task.step + 1, wakeAt: now + afterSeconds * 1000, leaseUntil: null };
}

function accept(
  task: Task,
  facts: { historyId: string | null; forecastSeconds: number | null; planned: number | null },
  now: number,
): Task {
  return enter(settled(task), "running", now, {
    historyId: facts.historyId,
    forecastSeconds: facts.forecastSeconds,
    planned: facts.planned,
    acceptedAt: now,
    setback: null,
    trouble: null,
    unsureSince: null,
  });
}

function merge(stored: StoredImage[], added: StoredImage[]): StoredImage[] {
  const known = new Set(stored.map((image) => image.source));
  const fresh = added.filter((image) => !known.has(image.source));
  return [...stored, ...fresh].sort((a, b) => a.index - b.index);
}
