/** Changes that the caller can see. Each returns a changed copy. Pure. */
import { type Phase, type Task, type TaskIn, taskIn } from "#shared/task/phases.ts";

export function changed<T extends Task>(task: T, now: number, fields: Partial<T>): T {
  return { ...task, ...fields, version: task.version + 1, updatedAt: now };
}

/** The facts of a phase that a task does not have, or not for certain. */
type Missing<From, To> = {
  [Name in keyof To as Name extends "phase"
    ? never
    : Name extends keyof From
      ? From[Name] extends To[Name]
        ? never
        : Name
      : Name]: To[Name];
};

/** The task in a phase, perhaps the one it is in; facts of its phase that the next one does not have are dropped. */
export function enter<From extends Task, P extends Phase>(
  task: From,
  phase: P,
  now: number,
  facts: Missing<From, TaskIn<P>> & Partial<TaskIn<P>>,
): TaskIn<P> {
  const phaseSince = task.phase === (phase as Phase) ? task.phaseSince : now;
  const all: object = { ...task, ...facts, phase, phaseSince, version: task.version + 1, updatedAt: now };
  return taskIn(phase, all as TaskIn<P>);
}
