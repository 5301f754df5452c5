/** The context in which reference images are fetched, from the request and the settings. */

import { fetchLimits } from "#api/limits.ts";
import type { FetchContext } from "./fetch-input.ts";

type Addresses = { PUBLIC_IMAGE_BASE_URL?: string | undefined; UPSTREAM_ORIGIN?: string | undefined };

/** @param selves the addresses of this API, which reference images may not name. */
export function fetchContext(selves: URL[], config: Addresses, images: R2Bucket): FetchContext {
  const publicBase = config.PUBLIC_IMAGE_BASE_URL;
  const exempt = config.UPSTREAM_ORIGIN;
  return {
    fetch: (url, init) => fetch(url, init),
    images,
    guard: {
      selves,
      imageBases: [
        ...selves.map((self) => new URL("/images", self)),
        ...(publicBase === undefined ? [] : [new URL(publicBase)]),
      ],
      exemptOrigin: exempt === undefined ? null : new URL(exempt).origin,
    },
    limits: fetchLimits,
  };
}
