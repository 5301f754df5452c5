// What a business call brings to the endpoint that answers it.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { ClusterFacts } from "./region.ts";

/** A call that passed the checks. `body` is parsed JSON, undefined when it was none. */
export type Call = {
  facts: ClusterFacts;
  account: Account;
  address: Address;
  body: unknown;
};
