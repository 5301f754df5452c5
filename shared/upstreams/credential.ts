/** A credential of any upstream, parsed. Never logged, never shown whole. Types only. */
import type { UpstreamId } from "#shared/upstream-ids.ts";

export type Credential = {
  upstream: UpstreamId;
  /** Where it counts: a region of the site, or a cloud. */
  place: string;
  /** The session id, or the key. */
  secret: string;
};
