/** Addresses and headers of calls to Ark, and the refusal in an answer. */
import type { Credential } from "#shared/upstreams/credential.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { errorIn, parsedJson } from "./answer.ts";
import { clouds } from "./clouds.ts";
import { refusal } from "./errors.ts";
import { cloudOf } from "./key.ts";
import { maxRetryAfterSeconds } from "./limits.ts";

export type Transport = {
  fetch: (request: Request) => Promise<Response>;
  /** Unix milliseconds. */
  now: () => number;
  /** Undefined: the real hosts over HTTPS. Set: this origin, with the real host as the first path segment. */
  origin: string | undefined;
  /** A stream that knows its length: Workers need a FixedLengthStream. Default: the stream as it is. */
  fixedLength?: (readable: ReadableStream<Uint8Array>, bytes: number) => ReadableStream<Uint8Array>;
};

/** The address of a path below `/api/v3`, on the credential's own cloud. */
export function addressOf({ origin }: Pick<Transport, "origin">, credential: Credential, path: string): string {
  const { host } = clouds[cloudOf(credential)];
  return `${origin === undefined ? `https://${host}` : `${origin}/${host}`}/api/v3${path}`;
}

export const authorization = ({ secret }: Credential): string => `Bearer ${secret}`;

/** The refusal in an answer. @returns null when it has none in Ark's form. */
export function refusalIn(transport: Transport, response: Response, text: string): UpstreamFailure | null {
  const error = errorIn(parsedJson(text));
  const { status } = response;
  // It means that nothing was started, also from a gateway.
  if (error === null && status !== 429) return null;
  const received = error ?? { code: "", text };
  return refusal({ ...received, status, retryAfterSeconds: retryAfter(response, transport.now()) });
}

/** The header Retry-After: seconds, or a date (RFC 9110 §10.2.3). @param now Unix milliseconds. */
function retryAfter(response: Response, now: number): number | null {
  const header = response.headers.get("retry-after")?.trim() ?? "";
  const seconds = /^[\d.]+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(maxRetryAfterSeconds, Math.ceil(seconds)) : null;
}
