/** The address of a request behind a proxy. Pure. */

/**
 * @param forwarded the headers `X-Forwarded-Proto` and `X-Forwarded-Host`; of a list the first, which the caller used.
 */
export function forwardedUrl(url: string, forwarded: { proto: string | undefined; host: string | undefined }): URL {
  const [proto = "", host = ""] = [forwarded.proto, forwarded.host].map((list) => list?.split(",")[0]?.trim() ?? "");
  const seen = new URL(url);
  const protocol = /^https?$/i.test(proto) ? `${proto}:` : seen.protocol;
  return new URL(`${protocol}//${isHost(host) ? host : seen.host}${seen.pathname}${seen.search}`);
}

/** A name or an address, with or without a port: nothing that could lead the rest of a URL astray. */
const isHost = (text: string): boolean =>
  /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(text) && URL.canParse(`http://${text}/`);
