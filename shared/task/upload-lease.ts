/** The lease of an upload of a reference image. Pure. */
import { uploadBytesPerSecond, uploadCallsSeconds } from "./limits.ts";

/**
 * How long bringing one reference image to the upstream may take before it counts as lost. Brought twice it costs
 * nothing, so this need not outlast the slowest case.
 */
export const uploadLeaseSeconds = (bytes: number): number =>
  uploadCallsSeconds + Math.ceil(bytes / uploadBytesPerSecond);
