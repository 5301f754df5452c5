/** Why a named key may make no more, as an error for its caller. Nothing was spent. Pure. */
import type { TaskError } from "#shared/errors.ts";
import type { KeyRefusal } from "./key-limits.ts";
import { utc } from "./utc.ts";

export function keyRefusalError({ of, limit, used, planned, resetsAt }: KeyRefusal): TaskError {
  if (of === "expired") {
    return { code: "not_allowed", message: "This API key has expired, or was deleted. Nothing was spent." };
  }
  if (of === "batches") {
    return { code: "not_allowed", message: "This API key may not make batches. Nothing was spent." };
  }
  if (of === "model") {
    return { code: "not_allowed", message: "This API key may not use the model of this request. Nothing was spent." };
  }
  if (of === "at_once") {
    const needed = planned > 1 ? `; this needs ${planned}` : "";
    const message = `This API key has ${counted(used, "task")} under way, and may have ${limit} at once${needed}. Nothing was spent.`;
    return { code: planned > limit ? "not_allowed" : "rate_limited", message };
  }
  if (resetsAt === null) {
    const message = `This API key may make ${counted(limit, "image")} a ${of}; this needs ${planned}. Nothing was spent.`;
    return { code: "not_allowed", message };
  }
  const left = Math.max(0, limit - used);
  const message = `This API key may make ${counted(limit, "image")} a ${of}, and ${left === 0 ? "none is" : `${left} of them ${left === 1 ? "is" : "are"}`} left; this needs ${planned}. It can make more from ${utc.textOf(resetsAt)} on. Nothing was spent.`;
  return { code: "quota_exceeded", message };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
