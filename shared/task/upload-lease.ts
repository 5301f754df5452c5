/** The lease of an upload of a reference image. Pure. */
import { uploadBytesPerSecond, uploadCallsSeconds } from "./limits.ts";

/**
 * How long the upload of one reference image may take before it counts as lost. A second upload costs nothing, so this
 * need not cover the slowest case.
 */
export const uploadLeaseSeconds = (bytes: number): number =>
  uploadCallsSeconds + Math.ceil(bytes / uploadBytesPerSecond);
