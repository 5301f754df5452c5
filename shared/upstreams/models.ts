/** The models of every upstream, by name and by credential. Pure. */
import type { Credential } from "./credential.ts";
import type { UpstreamConfig } from "./dreamina/index.ts";
import type { NamedOffer } from "./offer.ts";
import { upstreams } from "./table.ts";

/** The model of a name as a credential can use it; null: it cannot. @param name null: the default model. */
export const offerFor = (name: string | null, credential: Credential, config: UpstreamConfig): NamedOffer | null =>
  upstreams[credential.upstream].offer(name, credential, config);

/** Ids of the models that a credential can use. */
export const modelsFor = (credential: Credential, config: UpstreamConfig): string[] =>
  upstreams[credential.upstream].models(credential, config);

/** Whether some credential can use a model of this name. */
export const isKnownModel = (name: string, config: UpstreamConfig): boolean =>
  Object.values(upstreams).some((upstream) => upstream.knows(name, config));
