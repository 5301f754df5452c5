// The upstream host and path of a request. Two forms are accepted: the real host in the URL, or any other origin with
// the real host as the first path segment. Links in the answer have the form of the request.

import { arkHostNamed } from "./ark/clouds.ts";
import { rolesOfHost } from "./region.ts";

export type Address = {
  host: string;
  path: string;
  query: URLSearchParams;
  /** A link to another upstream host, in the form of this request. */
  linkTo(host: string, pathAndQuery: string): string;
};

/** Undefined when neither form names a simulated host. */
export function readAddress(url: URL): Address | undefined {
  if (isSimulated(url.hostname)) {
    return {
      host: url.hostname,
      path: url.pathname,
      query: url.searchParams,
      linkTo: (host, pathAndQuery) => `https://${host}${pathAndQuery}`,
    };
  }
  const [, host = "", ...rest] = url.pathname.split("/");
  if (!isSimulated(host)) return undefined;
  return {
    host,
    path: `/${rest.join("/")}`,
    query: url.searchParams,
    linkTo: (other, pathAndQuery) => `${url.origin}/${other}${pathAndQuery}`,
  };
}

function isSimulated(host: string): boolean {
  return rolesOfHost(host).length > 0 || arkHostNamed(host) !== undefined;
}
