/** Why a task that has not ended, or a batch, does not go on. Pure. */
import { type ErrorCode, errorCodes } from "#shared/errors.ts";

/** An error that is being waited out; or `pool_unavailable`, which is none: the pool's administrator has to act. */
export type WaitingCode = ErrorCode | "pool_unavailable";
export const waitingCodes: WaitingCode[] = [...errorCodes, "pool_unavailable"];

/** `message`: one sentence or more for a person. */
export type WaitingFor = { code: WaitingCode; message: string };

export const poolUnavailable: WaitingFor = {
  code: "pool_unavailable",
  message:
    "Every session and key of this server's pool that may run it is paused or out of use, or the pool has none. It starts when the administrator resumes or adds one.",
};
