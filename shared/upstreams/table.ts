/**
 * The table of the upstreams: how their credentials are written, what they offer, and how they are called. A further
 * upstream is a folder and a row here.
 */
import { arkClouds } from "#shared/ark-key-text.ts";
import type { Result } from "#shared/result.ts";
import type { UpstreamId } from "#shared/upstream-ids.ts";
import {
  arkClient,
  consoleOfKey,
  createArk,
  formatKey,
  keyModels,
  keyOffer,
  maskKey,
  parseKey,
  readKey,
} from "./ark/index.ts";
import type { UpstreamClient } from "./connection.ts";
import type { Credential } from "./credential.ts";
import {
  credentialOf,
  dreaminaClient,
  formatSession,
  maskSession,
  parseSession,
  readCredentialSession,
  readModelName,
  sessionOf,
  siteModels,
  siteOffer,
  type UpstreamConfig,
  upstreamConfigFrom,
} from "./dreamina/index.ts";
import type { UpstreamFailure } from "./failure.ts";
import type { NamedOffer } from "./offer.ts";

/** What every call needs of its surroundings. */
export type Reach = {
  fetch: (request: Request) => Promise<Response>;
  /** Unix milliseconds. */
  now: () => number;
  /** Undefined: the real hosts over HTTPS. Set: this origin, with the real host as the first path segment. */
  origin: string | undefined;
};

/** What every client needs. */
export type Surroundings = Reach & {
  /** UPSTREAM_OVERRIDES, parsed. */
  overrides: Record<string, unknown> | undefined;
  /** A stream that states its length, which a request's body needs in the Workers runtime. */
  fixedLength: (readable: ReadableStream<Uint8Array>, bytes: number) => ReadableStream<Uint8Array>;
};

type Row = {
  /** What its credentials are. */
  credential: "session" | "key";
  /** @returns null when the text is no credential of this upstream; else the credential, or its fault as a predicate. */
  read(text: string): Result<Credential, string> | null;
  /** Parses the output of `format`. @returns null for any other text. */
  parse(text: string): Credential | null;
  /** The credential in its one canonical form. */
  format(credential: Credential): string;
  /** The credential for people, e.g. `hk-…c3f9`. */
  mask(credential: Credential): string;
  /** The model of a name; null: the default one. @returns null when the credential cannot use it. */
  offer(name: string | null, credential: Credential, config: UpstreamConfig): NamedOffer | null;
  /** Ids of the models that the credential can use. */
  models(credential: Credential, config: UpstreamConfig): string[];
  /** Whether any of its credentials can use a model of this name. */
  knows(name: string, config: UpstreamConfig): boolean;
  client(surroundings: Surroundings): UpstreamClient;
  /** Of keys; null for sessions. */
  keys: {
    /** Ids of the models that the cloud lists for a key: free of charge, so it tells whether the key is taken. */
    listed(key: Credential, surroundings: Reach): Promise<Result<string[], UpstreamFailure>>;
    /** Where keys, models and bills are managed, for people. */
    console(key: Credential): string;
  } | null;
};

/** In the order in which a request prefers them. `read` is asked in reverse: the last one takes any text. */
export const upstreams: Record<UpstreamId, Row> = {
  dreamina: {
    credential: "session",
    read: readCredentialSession,
    parse: (text) => {
      const session = parseSession(text);
      return session && credentialOf(session);
    },
    format: (credential) => formatSession(sessionOf(credential)),
    mask: (credential) => maskSession(sessionOf(credential)),
    offer: siteOffer,
    models: siteModels,
    knows: (name, config) => readModelName(config.models, name) !== null,
    client: ({ overrides, ...transport }) => dreaminaClient({ ...transport, config: upstreamConfigFrom(overrides) }),
    keys: null,
  },
  ark: {
    credential: "key",
    read: readKey,
    parse: parseKey,
    format: formatKey,
    mask: maskKey,
    offer: keyOffer,
    models: keyModels,
    knows: (name) => arkClouds.some((place) => keyOffer(name, { upstream: "ark", place, secret: "" }) !== null),
    client: arkClient,
    keys: { listed: (key, reach) => createArk(reach).models(key), console: consoleOfKey },
  },
};
