/**
 * Whether an address a caller gave for an image may be fetched: http or https, no user name, and a host that is meant
 * for the whole internet. Every address is checked here before it is fetched, and so is every redirect. Pure.
 *
 * A Worker cannot look a name up before it fetches it, so a public name whose DNS entry points inward passes. In
 * production that reaches nothing: the platform's own network has no service of this project, and it does not route to
 * private addresses. An operator who runs this beside services that trust their network closes the
 * way out with a firewall.
 */
import ipaddr from "ipaddr.js";
import { imageKeyAt } from "#shared/images/store.ts";
import { err, ok, type Result } from "#shared/result.ts";

export type Surroundings = {
  /** The API's own addresses: as this caller reached it, and as a trusted proxy in between did. */
  selves: URL[];
  /** Where our own images are shown: an address is one of these and the image's key, with or without an ending. */
  imageBases: URL[];
  /** The origin in UPSTREAM_ORIGIN. It may be inside, and is excused for a simulator's sample images only. */
  exemptOrigin: string | null;
};

export type Target =
  /** An image of this API, read from the IMAGES bucket under this key. */
  { kind: "own"; key: string } | { kind: "outside"; url: URL };

export type Refusal = {
  code: "invalid_value" | "input_image_forbidden";
  /** The rest of a sentence that begins with the input's name. Holds the host at most: a URL may carry secrets. */
  why: string;
};

/** @param base the address that redirected here. */
export function targetOf(address: string, surroundings: Surroundings, base?: URL): Result<Target, Refusal> {
  if (!URL.canParse(address, base?.href))
    return err({ code: "invalid_value", why: "is not an address that can be read" });
  const url = new URL(address, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return forbidden(`has the scheme ${url.protocol.slice(0, 20)} but must be an http or https address`);
  }
  if (url.username !== "" || url.password !== "") {
    return forbidden(`holds a user name or password for ${shownHost(url)}; leave it out`);
  }
  const key = ownImage(url, surroundings.imageBases);
  if (key !== null) return ok({ kind: "own", key });
  if (url.origin === surroundings.exemptOrigin && samplePath.test(url.pathname)) return ok({ kind: "outside", url });

  const host = withoutDot(url.hostname);
  if (!isPublic(host)) return forbidden(`points at ${shownHost(url)}, which is not on the public internet`);
  if (surroundings.selves.some((self) => host === withoutDot(self.hostname))) {
    return forbidden("points at this API itself, at something that is not a finished image");
  }
  return ok({ kind: "outside", url });
}

/**
 * One plain name in the folder where the simulator keeps its sample images (test/simulator/README.md). Not the whole
 * origin, because that may be an operator's relay which reads further addresses out of a path; and nothing escaped,
 * which such a relay might unescape into the way out of the folder.
 */
const samplePath = /^\/_samples\/[\w.-]+$/;

const forbidden = (why: string) => err({ code: "input_image_forbidden" as const, why });

/** The host as messages show it. */
export const shownHost = (url: URL): string => url.host.slice(0, 100);

function ownImage(url: URL, bases: URL[]): string | null {
  for (const base of bases) {
    const folder = `${base.pathname.replace(/\/$/, "")}/`;
    if (url.host !== base.host || !url.pathname.startsWith(folder)) continue;
    const key = imageKeyAt(url.pathname.slice(folder.length));
    if (key !== null) return key;
  }
  return null;
}

const withoutDot = (host: string): string => host.replace(/\.$/, "");

/**
 * Endings of names that never are public ones: RFC 6761 (localhost, test, invalid, example), 6762 with its appendix G
 * (local, and what people use instead), 7686 (onion), 8375 (home.arpa; all of arpa serves the network itself), 9476
 * (alt), ICANN 2024 (internal); and what Linux, Kubernetes, Consul, Docker and Podman answer by themselves.
 */
const innerEndings = [
  ...["localhost", "test", "invalid", "example", "local", "onion", "arpa", "alt", "internal"],
  ...["intranet", "private", "corp", "home", "lan", "localdomain", "localdomain4", "localdomain6"],
  ...["svc", "consul", "docker", "podman"],
];

function isPublic(host: string): boolean {
  if (host.startsWith("[")) return isGlobalAddress(host.slice(1, -1));
  if (ipaddr.IPv4.isValidFourPartDecimal(host)) return isGlobalAddress(host);
  const labels = host.split(".");
  if (labels.length < 2 || labels.includes("")) return false;
  return !innerEndings.includes(labels[labels.length - 1] ?? "");
}

/**
 * Public by its number, but Azure answers to it inside every machine it runs (Microsoft documentation, wire server).
 */
const azureInside = "168.63.129.16";

/** What IANA has given out for global unicast so far; the rest of IPv6 is special or unassigned. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * The URL parser has already brought every spelling of an address (hex, octal, one number, full-width digits) to one.
 * The ranges that carry an IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) are no unicast to ipaddr.js,
 * but a mapped one, which is judged as what it carries.
 */
function isGlobalAddress(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== "unicast" || address.toString() === azureInside) return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}
