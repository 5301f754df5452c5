/** Decides whether a webhook may be delivered to an address: checked when it is registered, and before each delivery. Pure. */
import { type AddressFault, isSameHost, readAddress, readPublic } from "./public-address.ts";
import { err, ok, type Result } from "./result.ts";

type Surroundings = {
  /** This API's addresses. */
  selves: URL[];
  /** The setting WEBHOOK_EXEMPT_ORIGIN. */
  exemptOrigin: string | undefined;
};

export function readWebhookAddress(address: string, { selves, exemptOrigin }: Surroundings): Result<URL, AddressFault> {
  const read = readAddress(address);
  if (!read.ok || read.value.origin === exemptOrigin) return read;
  const outside = readPublic(read.value);
  if (!outside.ok) return outside;
  const isOwn = selves.some((self) => isSameHost(read.value, self));
  return isOwn ? err({ kind: "forbidden", why: "points at this API" }) : ok(read.value);
}
