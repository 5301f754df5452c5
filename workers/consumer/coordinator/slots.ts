/**
 * Who runs where, and who waits. A session runs so many jobs at once; a task without a slot is parked and costs
 * nothing. First come, first served; the session with the most free slots, ties by chance. Pure.
 */
import type { Task } from "../../../shared/task/schema.ts";

export type Placement =
  | { kind: "assign"; session: string }
  /** Every session it may use is full. */
  | { kind: "wait" }
  /** Every session it may use has turned out unusable. */
  | { kind: "none" };

/**
 * @param load jobs each session has now.
 * @param chance a random number from 0 up to 1, to break ties.
 */
export function place(
  task: Pick<Task, "candidates" | "tried">,
  load: ReadonlyMap<string, number>,
  slotsPerSession: number,
  chance: number,
): Placement {
  const usable = task.candidates.filter((tag) => !task.tried.includes(tag));
  if (usable.length === 0) return { kind: "none" };
  const loads = usable.map((tag) => load.get(tag) ?? 0);
  const least = Math.min(...loads);
  if (least >= slotsPerSession) return { kind: "wait" };
  const idlest = usable.filter((_tag, index) => loads[index] === least);
  const session = idlest[Math.floor(chance * idlest.length)] ?? idlest[0];
  return session === undefined ? { kind: "none" } : { kind: "assign", session };
}
