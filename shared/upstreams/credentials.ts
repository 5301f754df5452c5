/** Credentials of every upstream as text. Pure. */
import type { Result } from "#shared/result.ts";
import { type UpstreamId, upstreamIds } from "#shared/upstream-ids.ts";
import type { Credential } from "./credential.ts";
import { upstreams } from "./table.ts";

/** Reads a credential as people write it. The error is a predicate: "begins with …". */
export function readCredential(text: string): Result<Credential, string> {
  for (const id of upstreamIds.toReversed()) {
    const read = upstreams[id].read(text);
    if (read !== null) return read;
  }
  return { ok: false, error: "is neither a session nor a key" };
}

/** Parses the output of `formatCredential`. @returns null for any other text. */
export const parseCredential = (upstream: UpstreamId, text: string): Credential | null =>
  upstreams[upstream].parse(text);

export const formatCredential = (credential: Credential): string => upstreams[credential.upstream].format(credential);

/** Whether the credential is the key of a maker's cloud, not a session of a site. */
export const isKey = ({ upstream }: Credential): boolean => upstreams[upstream].credential === "key";

/** The credential for people, e.g. `hk-…c3f9`; of a short one only the beginning. */
export const maskCredential = (credential: Credential): string => upstreams[credential.upstream].mask(credential);
