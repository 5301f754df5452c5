/** The state of the active sessions together, and the sum of their credits. */
import { computed } from "@preact/signals";
import { active, type StoredSession } from "./sessions.ts";

/** `unsure`: never checked, or no answer. `misplaced`: alive under another prefix. */
export type SessionState = "good" | "poor" | "bad" | "misplaced" | "unsure";

export function stateOf({ finding, kind }: StoredSession): SessionState {
  if (finding === null || finding.alive === null) return "unsure";
  if (!finding.alive) return "bad";
  if (kind === "session" && finding.code === "session_expired") return "misplaced";
  return finding.credits?.total === 0 ? "poor" : "good";
}

type Summary = { state: "" | "good" | "bad" | "unsure"; credits: number | null };

export const summary = computed<Summary>(() => {
  const states = active.value.map(stateOf);
  const known = active.value.flatMap(({ finding }) => (finding?.credits ? [finding.credits.total] : []));
  const credits = known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
  if (states.length === 0) return { state: "", credits };
  if (states.every((state) => state === "good")) return { state: "good", credits };
  if (states.some((state) => state === "good" || state === "unsure")) return { state: "unsure", credits };
  return { state: "bad", credits };
});
