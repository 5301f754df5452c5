// A business call, as its endpoint receives it.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { ClusterFacts } from "./region.ts";

/** A call that passed the checks of caller.ts. `body` is parsed JSON; undefined when it was not JSON. */
export type Call = {
  facts: ClusterFacts;
  account: Account;
  address: Address;
  body: unknown;
};
