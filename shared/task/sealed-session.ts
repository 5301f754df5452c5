/** A credential as the Workers keep it. Types only. */
import type { UpstreamId } from "#shared/upstream-ids.ts";

/** A session as it is stored and passed on: sealed, with its tag. */
export type SealedSession = {
  /** The upstream it belongs to. */
  upstream: UpstreamId;
  tag: string;
  sealed: string;
  /** For people: region and last four characters, e.g. `hk-…c3f9`. */
  label: string;
};
