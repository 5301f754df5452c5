// The state of Ark as plain data, for tests and GET /_sim/state. Includes keys, which are not secret here.

import type { World } from "#test/simulator/world.ts";
import type { ArkCloud } from "./clouds.ts";
import type { ArkEnd } from "./ledger.ts";

export type ArkCallState = {
  /** The request id. */
  id: string;
  key: string;
  cloud: ArkCloud;
  model: string;
  prompt: string;
  clientRequestId: string | null;
  /** Real Unix milliseconds. */
  acceptedAtMs: number;
  /** Charged images. */
  images: number;
  /** Checksums of the reference images in order. */
  inputs: string[];
  watermarked: boolean;
  /** `<width>x<height>` */
  size: string;
  outcome: ArkEnd;
};

export type ArkState = {
  /** Accepted calls, oldest first. */
  ledger: ArkCallState[];
  inFlight: number;
  maxInFlight: number;
};

export function arkStateOf({ ark }: World): ArkState {
  return {
    ledger: ark.all().map((call) => ({
      id: call.id,
      key: call.key,
      cloud: call.cloud,
      model: call.model,
      prompt: call.prompt,
      clientRequestId: call.clientRequestId,
      acceptedAtMs: call.acceptedAtMs,
      images: call.charged,
      inputs: call.inputs.map(({ crc32 }) => crc32),
      watermarked: call.watermarked,
      size: `${call.size.width}x${call.size.height}`,
      outcome: call.outcome,
    })),
    inFlight: ark.inFlight(),
    maxInFlight: ark.maxInFlight(),
  };
}
