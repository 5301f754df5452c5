/** A task as it is before anything happened to it. Pure. */
import type { NewTask } from "../../../shared/task/coordinator.ts";
import type { Task } from "../../../shared/task/schema.ts";

export function newTask(given: NewTask, now: number): Task {
  return {
    id: given.id,
    owner: given.owner,
    submitId: given.submitId,
    request: given.request,
    tags: given.tags,
    candidates: given.sessions.map((session) => session.tag),
    createdAt: now,
    updatedAt: now,
    expiresAt: given.expiresAt,
    phase: "parked",
    phaseSince: now,
    version: 1,
    step: 0,
    wakeAt: null,
    unanswered: 0,
    leaseUntil: null,
    session: null,
    tried: [],
    historyId: null,
    acceptedAt: null,
    unsureSince: null,
    forecastSeconds: null,
    planned: null,
    expected: null,
    images: [],
    setback: null,
    resubmits: 0,
    unreported: 0,
    copyTries: 0,
    progress: 0,
    partial: false,
    trouble: null,
    error: null,
    endedAt: null,
  };
}
