/** What fetching a reference image needs from the request and the settings. */

import { fetchLimits } from "#api/limits.ts";
import type { Outside } from "./fetch-input.ts";

type Addresses = { PUBLIC_IMAGE_BASE_URL?: string | undefined; UPSTREAM_ORIGIN?: string | undefined };

/** @param selves the addresses of this API, which reference images may not name. */
export function outsideOf(selves: URL[], config: Addresses, images: R2Bucket): Outside {
  const shown = config.PUBLIC_IMAGE_BASE_URL;
  const exempt = config.UPSTREAM_ORIGIN;
  return {
    fetch: (url, init) => fetch(url, init),
    images,
    surroundings: {
      selves,
      imageBases: [...selves.map((self) => new URL("/images", self)), ...(shown === undefined ? [] : [new URL(shown)])],
      exemptOrigin: exempt === undefined ? null : new URL(exempt).origin,
    },
    limits: fetchLimits,
  };
}
