// The id of a call, in its answer and at the end of an error message.

import { randomUUID } from "node:crypto";

/** `02`, the real time in milliseconds, hex digits. */
export function newRequestId(realMs: number): string {
  const hexLength = 32;
  return `02${Math.floor(realMs)}${randomUUID().replaceAll("-", "").slice(0, hexLength)}`;
}
