/**
 * Decides whether an address that a caller gave may be called: http or https, without a user name, and with a public
 * host. For reference images and webhooks. Pure.
 *
 * A Worker cannot resolve a name before fetching, so a public name with a private DNS entry passes. On Cloudflare that
 * reaches nothing: its network hosts no service of this project, and does not route to private addresses. An operator who
 * runs this beside services that trust their network must block outgoing connections with a firewall.
 */
import ipaddr from "ipaddr.js";
import { err, ok, type Result } from "./result.ts";

/** `why`: the rest of a sentence that begins with the address's name. Contains at most the host: a URL may carry secrets. */
export type AddressFault = { kind: "unreadable" | "forbidden"; why: string };

/** The address with a scheme that may be called, and without a user. @param base the address that redirected here. */
export function readAddress(address: string, base?: URL): Result<URL, AddressFault> {
  if (!URL.canParse(address, base?.href)) return err({ kind: "unreadable", why: "is not a valid address" });
  const url = new URL(address, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return forbidden(`has the scheme ${url.protocol.slice(0, 20)} but must be an http or https address`);
  }
  if (url.username !== "" || url.password !== "") {
    return forbidden(`holds a user name or password for ${shownHost(url)}; leave it out`);
  }
  return ok(url);
}

/** Whether the host of an address is one of the public internet. */
export function readPublic(url: URL): Result<URL, AddressFault> {
  return isPublic(withoutDot(url.hostname))
    ? ok(url)
    : forbidden(`points at ${shownHost(url)}, which is not on the public internet`);
}

const forbidden = (why: string): Result<URL, AddressFault> => err({ kind: "forbidden", why });

/** The host, shortened for messages. */
export const shownHost = (url: URL): string => url.host.slice(0, 100);

/** Whether both have the same host, on any port. */
export const isSameHost = (one: URL, other: URL): boolean => withoutDot(one.hostname) === withoutDot(other.hostname);

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
