/** Ark in the form that the consumer's steps call. */
import type { UpstreamClient } from "#shared/upstreams/connection.ts";
import { createArk } from "./client.ts";
import type { Transport } from "./request.ts";

export function arkClient(transport: Transport): UpstreamClient {
  const ark = createArk(transport);
  return {
    connect: (credential) => ({
      runs: "calls",
      generate: (call, limits) => ark.generate(credential, call, limits),
    }),
    download: ark.download,
  };
}
