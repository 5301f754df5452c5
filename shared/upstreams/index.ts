/** The public part of the upstreams' clients: outside this folder, only this file is imported. */
export { type DescribedModel, describedModels, knownArkRefusals, type Price } from "./ark/index.ts";
export type { CallEvent, MadeImage } from "./call-event.ts";
export { type UpstreamClients, upstreamClients } from "./clients.ts";
export type { CallConnection, Connection, Job, JobConnection, PolledState, UpstreamClient } from "./connection.ts";
export type { Credential } from "./credential.ts";
export { formatCredential, isKey, maskCredential, parseCredential, readCredential } from "./credentials.ts";
export {
  type Balance,
  type Claim,
  callsPerUpload,
  createUpstream,
  creditsOf,
  defaultUpstreamConfig,
  findModel,
  knownRefusals,
  type Model,
  maskSession,
  modelAliases,
  offerOf,
  overriddenNames,
  type Region,
  type Session,
  type SessionCheck,
  sessionOf,
  sizeOf,
  type Upstream,
  type UpstreamConfig,
  upstreamConfigFrom,
} from "./dreamina/index.ts";
export type { UpstreamFailure } from "./failure.ts";
export type { CallInput, ImageCall } from "./image-call.ts";
export { consoleOf, listedModels } from "./keys.ts";
export { isKnownModel, modelsFor, offerFor } from "./models.ts";
export type { NamedOffer, Offer, Size } from "./offer.ts";
