/** What can be done about a failed task: for every code the steps that help, and whether trying again helps. Pure. */
import type { ErrorCode } from "#shared/errors.ts";

/**
 * `claim`: take the day's gift of credits. `add`, `key`: add a session or key, or an official key. `prompt`, `model`,
 * `image`: change that part of the request. The task then starts again, or is in the form.
 */
export type Step = "claim" | "add" | "key" | "prompt" | "model" | "image";

export type Remedy = {
  steps: readonly Step[];
  /** Whether the same request may succeed when it is sent again. */
  repeats: boolean;
};

/** Codes of this page alone. */
export const ownCodes = ["offline", "unreadable", "no_sessions", "files_lost", "maybe_made"] as const;

const nothing: Remedy = { steps: [], repeats: false };
const again: Remedy = { steps: [], repeats: true };
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
  insufficient_credits: only("claim", "add"),
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
  output_moderated: { steps: ["prompt"], repeats: true },
  risk_control: only("key"),
  upstream_changed: again,
  upstream_failed: again,
  upstream_unreachable: again,
  outcome_unknown: again,
  timeout: again,
  rate_limited: { steps: ["add"], repeats: true },
  cancelled: again,
  internal: again,
  offline: again,
  unreadable: again,
  no_sessions: only("add"),
  files_lost: only("image"),
  maybe_made: again,
};

/** @param code one of a later version is treated as `internal`. */
export const remedyFor = (code: string): Remedy =>
  Object.hasOwn(remedies, code) ? remedies[code as keyof typeof remedies] : again;
