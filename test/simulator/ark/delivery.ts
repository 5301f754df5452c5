// An accepted call on its way to the answer.

import type { Address } from "#test/simulator/address.ts";
import type { ArkCall } from "./ledger.ts";
import type { LateFault } from "./markers.ts";
import type { ArkRequest } from "./request.ts";

export type ArkDelivery = {
  call: ArkCall;
  wanted: ArkRequest;
  late: LateFault | undefined;
  address: Address;
  signal: AbortSignal;
};
