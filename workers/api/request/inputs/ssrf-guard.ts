/**
 * Decides whether the address of a reference image may be fetched: an image of this API, or a public address
 * (`shared/public-address.ts`). Every address and every redirect is checked. Pure.
 */
import { imageKeyAt } from "#shared/images/store.ts";
import { type AddressFault, isSameHost, readAddress, readPublic } from "#shared/public-address.ts";
import { err, ok, type Result } from "#shared/result.ts";

export type GuardContext = {
  /** This API's addresses, as the caller used them and as a trusted proxy did. */
  selves: URL[];
  /** Addresses below which this API's images are served, by key, with or without an ending. */
  imageBases: URL[];
  /** The origin in UPSTREAM_ORIGIN. It may be private, and is allowed for a simulator's sample images only. */
  exemptOrigin: string | null;
};

export type Target =
  /** An image of this API, read from the IMAGES bucket under this key. */
  { kind: "own"; key: string } | { kind: "outside"; url: URL };

export type Refusal = {
  code: "invalid_value" | "input_image_forbidden";
  /** The rest of a sentence that begins with the input's name. Contains at most the host: a URL may carry secrets. */
  why: string;
};

/** @param base the address that redirected here. */
export function targetOf(address: string, context: GuardContext, base?: URL): Result<Target, Refusal> {
  const read = readAddress(address, base);
  if (!read.ok) return err(refusalOf(read.error));
  const url = read.value;
  const key = ownImage(url, context.imageBases);
  if (key !== null) return ok({ kind: "own", key });
  if (url.origin === context.exemptOrigin && samplePath.test(url.pathname)) return ok({ kind: "outside", url });

  const outside = readPublic(url);
  if (!outside.ok) return err(refusalOf(outside.error));
  if (context.selves.some((self) => isSameHost(url, self))) {
    return err(refusalOf({ kind: "forbidden", why: "points at this API, but not at a finished image" }));
  }
  return ok({ kind: "outside", url });
}

/**
 * One plain name in the folder where the simulator keeps its sample images (test/simulator/README.md). Not the whole
 * origin, because that may be an operator's relay which reads further addresses out of a path; and nothing escaped,
 * which such a relay might unescape into the way out of the folder.
 */
const samplePath = /^\/_samples\/[\w.-]+$/;

const refusalOf = ({ kind, why }: AddressFault): Refusal => ({
  code: kind === "forbidden" ? "input_image_forbidden" : "invalid_value",
  why,
});

function ownImage(url: URL, bases: URL[]): string | null {
  for (const base of bases) {
    const folder = `${base.pathname.replace(/\/$/, "")}/`;
    if (url.host !== base.host || !url.pathname.startsWith(folder)) continue;
    // A small version stands for its image.
    const key = imageKeyAt(url.pathname.slice(folder.length).replace(/\/small$/, ""));
    if (key !== null) return key;
  }
  return null;
}
