/** What the rest of the house may use of the upstream. Nothing else in this folder is imported from outside it. */
export { createUpstream, type JobLook, type Upstream } from "./client.ts";
export type { UpstreamFailure } from "./errors.ts";
export { type JobState, runningStatuses } from "./history.ts";
export {
  defaultModelId,
  findModel,
  type Model,
  modelAliases,
  models,
  type Ratio,
  type Resolution,
  ratios,
  resolutions,
  sizes,
} from "./models.ts";
export { regionIds, regions } from "./region.ts";
export { formatSession, maskSession, parseSession, type Session } from "./session.ts";
