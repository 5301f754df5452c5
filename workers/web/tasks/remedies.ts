/** What can be done about a failed task: for every code the steps that help, and whether trying again helps. Pure. */
import type { ErrorCode } from "#shared/errors.ts";

/**
 * `claim`: take the day's gift of credits. `add`, `key`: add a session or key, or an official key. `prompt`, `model`,
 * `image`: change that part of the request. The task then starts again, or is in the form.
 */
export type Step = "claim" | "add" | "key" | "prompt" | "model" | "image";

export type Remedy = {
  steps: readonly Step[];
  /** Whether the same request may succeed when it is sent again; `told`: unless the server says that it does not. */
  repeats: boolean | "told";
};

/** Codes of this page alone. */
export const ownCodes = ["offline", "unreadable", "no_sessions", "files_lost", "maybe_made"] as const;

const nothing: Remedy = { steps: [], repeats: false };
const again: Remedy = { steps: [], repeats: true };
const asTold: Remedy = { steps: [], repeats: "told" };
const only = (...steps: Step[]): Remedy => ({ steps, repeats: false });

export const remedies: Record<ErrorCode | (typeof ownCodes)[number], Remedy> = {
  invalid_json: nothing,
  invalid_value: nothing,
  missing_value: nothing,
  model_not_available: only("model", "add"),
  unsupported_media_type: only("image"),
  body_too_large: only("image"),
  unauthorized: only("add"),
  session_expired: only("add"),
  key_refused: only("add"),
  insufficient_credits: only("claim", "add", "model"),
  not_found: again,
  method_not_allowed: nothing,
  precondition_failed: nothing,
  range_not_satisfiable: nothing,
  idempotency_conflict: again,
  already_finished: nothing,
  not_finished: nothing,
  input_image_unreachable: { steps: ["image"], repeats: true },
  input_image_invalid: only("image"),
  input_image_forbidden: only("image"),
  prompt_moderated: only("prompt"),
  input_moderated: only("image"),
  output_moderated: { steps: ["prompt"], repeats: "told" },
  risk_control: only("key", "add"),
  upstream_changed: asTold,
  upstream_failed: asTold,
  upstream_unreachable: again,
  outcome_unknown: again,
  timeout: again,
  rate_limited: { steps: ["add"], repeats: true },
  quota_exceeded: only("add"),
  not_allowed: only("model", "add"),
  cancelled: again,
  internal: again,
  offline: again,
  unreadable: again,
  no_sessions: only("add"),
  files_lost: only("image"),
  maybe_made: again,
};

/**
 * @param code one of a later version is treated as `internal`.
 * @param field of the request that the server names as the fault.
 */
export function remedyFor(code: string, field: string | null = null): Remedy {
  const remedy = Object.hasOwn(remedies, code) ? remedies[code as keyof typeof remedies] : again;
  const step = stepOf(field ?? "");
  return remedy === nothing && step !== null ? only(step) : remedy;
}

function stepOf(field: string): Step | null {
  if (field === "prompt" || field === "model") return field;
  return field.startsWith("images") ? "image" : null;
}

/** @param told whether the server says that the same request may succeed. */
export function isRepeatable(code: string, told: boolean | undefined): boolean {
  const { repeats } = remedyFor(code);
  return told === true || (repeats === "told" ? told !== false : repeats);
}
