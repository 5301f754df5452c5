/** Closes the dialog of sessions and keys, and goes on with what it was opened for, once a new session or key works. */
import { untracked } from "@preact/signals";
import { checking } from "#web/state/session-checks.ts";
import { stateOf } from "#web/state/session-summary.ts";
import { active, type StoredSession } from "#web/state/sessions.ts";
import { cloudlessKeys } from "./cloudless-keys.ts";
import { closeSessions, opened } from "./opened.ts";

/** For an effect. */
export function goOnOnceOneWorks(): void {
  const opening = opened.value;
  if (opening?.next == null || cloudlessKeys.value.length > 0) return;
  if (!active.value.some((session) => !opening.before.has(session.text) && isUsable(session))) return;
  untracked(() => {
    closeSessions();
    opening.next?.();
  });
}

/** One that could not be checked, or has no credits left, is tried: the failure of the task then says more. */
function isUsable(session: StoredSession): boolean {
  if (session.finding === null || checking.value.has(session.id)) return false;
  const state = stateOf(session);
  return state !== "bad" && state !== "misplaced";
}
