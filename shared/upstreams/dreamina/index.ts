/** The public part of the upstream client: outside this folder, only this file is imported. */

export { createUpstream, type Upstream } from "./client.ts";
export { dreaminaClient } from "./connect.ts";
export type { Balance, Claim } from "./credits.ts";
export type { ImageJob } from "./draft.ts";
export { fullBatchesOf, hasUnknownStatus, type JobState, plannedOf } from "./history.ts";
export { callsPerUpload } from "./limits.ts";
export { readModelName } from "./model-name.ts";
export { findModel, type Model, modelAliases } from "./models.ts";
export { offerOf, sizeOf } from "./offer.ts";
export { siteModels, siteOffer } from "./offered.ts";
export { overriddenNames } from "./overrides.ts";
export { creditsOf } from "./price.ts";
export { knownRefusals } from "./refusals.ts";
export type { Region } from "./region.ts";
export {
  credentialOf,
  formatSession,
  maskSession,
  parseSession,
  readCredentialSession,
  readSession,
  type Session,
  sessionOf,
} from "./session.ts";
export type { SessionCheck } from "./session-check.ts";
export type { SiteResolution } from "./sizes.ts";
export { defaultUpstreamConfig, type UpstreamConfig, upstreamConfigFrom } from "./upstream-config.ts";
