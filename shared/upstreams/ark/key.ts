/** A caller's Ark key as a credential, and as text: `ark-ap-…`. Never logged, never shown whole. Pure. */
import { type ArkCloud, arkClouds, arkKeyFaultText, readArkKey } from "#shared/ark-key-text.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import { clouds } from "./clouds.ts";

/** Parses a key as people write it. The error is a predicate: "begins with …". @returns null for a text that is nothing like a key. */
export function readKey(text: string): Result<Credential, string> | null {
  const read = readArkKey(text);
  if (read === null || !read.ok) return read === null ? null : err(arkKeyFaultText(read.error));
  return ok({ upstream: "ark", place: read.value.cloud, secret: read.value.key });
}

/** Parses the output of `formatKey`. @returns null for any other text. */
export function parseKey(text: string): Credential | null {
  const read = readKey(text);
  return read?.ok ? read.value : null;
}

/** The key in its one canonical form. */
export const formatKey = ({ place, secret }: Credential): string => `ark-${place}-${secret}`;

/** The key for people, e.g. `ark-ap-…c3f9`; of a short one only the cloud. */
export const maskKey = (credential: Credential): string =>
  formatKey({ ...credential, secret: `…${credential.secret.length >= 16 ? credential.secret.slice(-4) : ""}` });

/** Where the key is managed, for people. */
export const consoleOfKey = (key: Credential): string => clouds[cloudOf(key)].console;

/** The cloud of a credential. A place that is none is a bug. */
export function cloudOf({ upstream, place }: Credential): ArkCloud {
  const cloud = upstream === "ark" ? arkClouds.find((one) => one === place) : undefined;
  if (cloud === undefined) throw new Error(`no Ark cloud: ${upstream} ${place}`);
  return cloud;
}
