/**
 * Decides whether the address of a reference image may be fetched: http or https, without a user name, and with a public
 * host. Every address and every redirect is checked. Pure.
 *
 * A Worker cannot resolve a name before fetching, so a public name with a private DNS entry passes. On Cloudflare that
 * reaches nothing: its network hosts no service of this project, and does not route to private addresses. An operator who
 * runs this beside services that trust their network must block outgoing connections with a firewall.
 */
import ipaddr from "ipaddr.js";
import { imageKeyAt } from "#shared/images/store.ts";
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
  if (!URL.canParse(address, base?.href)) return err({ code: "invalid_value", why: "is not a valid address" });
  const url = new URL(address, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return forbidden(`has the scheme ${url.protocol.slice(0, 20)} but must be an http or https address`);
  }
  if (url.username !== "" || url.password !== "") {
    return forbidden(`holds a user name or password for ${shownHost(url)}; leave it out`);
  }
  const key = ownImage(url, context.imageBases);
  if (key !== null) return ok({ kind: "own", key });
  if (url.origin === context.exemptOrigin && samplePath.test(url.pathname)) return ok({ kind: "outside", url });

  const host = withoutDot(url.hostname);
  if (!isPublic(host)) return forbidden(`points at ${shownHost(url)}, which is not on the public internet`);
  if (context.selves.some((self) => host === withoutDot(self.hostname))) {
    return forbidden("points at this API, but not at a finished image");
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

/** The host, shortened for messages. */
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
 * (local, and common alternatives), 7686 (onion), 8375 (home.arpa; all of arpa serves the network itself), 9476
 * (alt), ICANN 2024 (internal); and those that Linux, Kubernetes, Consul, Docker and Podman resolve themselves.
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
