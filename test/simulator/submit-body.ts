// Reads the body of a submit, with or without the two fields of a continue. Does not read the draft.

import type { Call } from "./call.ts";
import { type Refusal, refusal } from "./errors.ts";
import { isObject, literal, number, object, type Read, read, text, uuid } from "./shape.ts";

const submitShape = object(
  {
    extend: object(
      { root_model: text },
      {
        workspace_id: number({
          min: 0,
          max: Number.MAX_SAFE_INTEGER,
          whole: true,
        }),
      },
    ),
    submit_id: uuid,
    draft_content: text,
    http_common_info: object({ aid: number({ min: 0, max: Number.MAX_SAFE_INTEGER }) }, {}),
  },
  {
    metrics_extra: text,
    // The two fields of a continue; both or neither.
    action: literal(2),
    history_id: text,
  },
);

export type SubmitBody = {
  rootModel: string;
  submitId: string;
  draftContent: string;
  /** The body as JSON in a fixed order of fields, without the two fields of a continue. */
  whole: string;
  /** Set in a continue. */
  historyId: string | undefined;
};

export type SubmitOutcome = { ok: true; body: SubmitBody } | { ok: false; refusal: Refusal };

export function readSubmit({ facts, body: raw }: Call): SubmitOutcome {
  const refuse = (reason: Refusal): SubmitOutcome => ({ ok: false, refusal: reason });
  // Usually an object that was not serialized; it has its own code.
  if (isObject(raw) && raw.draft_content !== undefined && typeof raw.draft_content !== "string")
    return refuse(refusal("1002", "draft_content is not a string"));
  const outcome = read(submitShape, raw, "body");
  if (!outcome.ok) return refuse(refusal("1000", outcome.problem));
  const { action, history_id, ...rest } = outcome.value;
  const { extend, http_common_info, submit_id, draft_content, metrics_extra } = rest;
  if ((action === undefined) !== (history_id === undefined))
    return refuse(refusal("1000", "action and history_id go together"));
  if (http_common_info.aid !== facts.aid) return refuse(refusal("1000", `http_common_info.aid is not ${facts.aid}`));
  if (facts.cluster !== "cn" && extend.workspace_id === undefined)
    return refuse(refusal("1000", "extend.workspace_id is missing"));
  const telemetry = telemetryProblem(metrics_extra);
  if (telemetry) return refuse(refusal("1000", telemetry));
  return {
    ok: true,
    body: {
      rootModel: extend.root_model,
      submitId: submit_id,
      draftContent: draft_content,
      whole: JSON.stringify(rest),
      historyId: history_id,
    },
  };
}

/** Checks only that the telemetry and its list of scenes are JSON in strings. */
function telemetryProblem(metrics: Read<typeof submitShape>["metrics_extra"]): string | undefined {
  if (metrics === undefined) return undefined;
  try {
    const { sceneOptions } = JSON.parse(metrics);
    if (sceneOptions === undefined) return undefined;
    if (typeof sceneOptions === "string" && Array.isArray(JSON.parse(sceneOptions))) return undefined;
    return "metrics_extra.sceneOptions is not a JSON list in a string";
  } catch {
    return "metrics_extra is not JSON";
  }
}
