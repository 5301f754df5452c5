/** The draft that asks for the images of a task again. Pure. */
import type { Draft } from "#web/state/draft.ts";
import type { Task } from "#web/state/task.ts";

/**
 * `isAlike`: it names the seed of the task, also one that the server drew. Otherwise the seed is unknown, or none was
 * sent, as with reference images: the images will be different ones. Null: the task has no draft.
 */
export type Repeated = { draft: Draft; isAlike: boolean };

export function repeated({ draft, view }: Pick<Task, "draft" | "view">): Repeated | null {
  if (draft === null) return null;
  if (draft.mode === "image") return { draft, isAlike: false };
  // -1 in a request of another client: a seed of the server's choice.
  const seed = view?.seed ?? (draft.seed === -1 ? null : draft.seed);
  return { draft: { ...draft, seed }, isAlike: seed !== null };
}
