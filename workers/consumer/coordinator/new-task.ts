/** The initial state of a task. Pure. */
import type { NewTask } from "#shared/task/coordinator.ts";
import type { Parked } from "#shared/task/phases.ts";
import { taskRequestSchema } from "#shared/task/request.ts";

type Given = Pick<
  NewTask,
  "id" | "owner" | "submitId" | "request" | "sealedRequest" | "inputs" | "contents" | "tags" | "expiresAt"
> & {
  /** Tags of the sessions that may run it. */
  candidates: string[];
};

export function newTask(given: Given, now: number): Parked {
  return {
    id: given.id,
    owner: given.owner,
    submitId: given.submitId,
    // An API Worker of an earlier version leaves out the latest fields.
    request: taskRequestSchema.parse(given.request),
    sealedRequest: given.sealedRequest ?? null,
    inputs: given.inputs,
    contents: given.contents,
    uploads: [],
    uploadsOf: null,
    tags: given.tags,
    candidates: given.candidates,
    createdAt: now,
    updatedAt: now,
    expiresAt: given.expiresAt,
    phase: "parked",
    phaseSince: now,
    version: 1,
    step: 0,
    unanswered: 0,
    excludedSessions: [],
    refusals: 0,
    resubmits: 0,
    progress: 0,
    blockedBy: null,
  };
}
