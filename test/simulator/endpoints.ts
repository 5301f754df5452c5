// The table of what the simulator answers: path, the name controls and counters use, what the call must
// bring, who answers. A new endpoint is one row and one file.

import type { Account } from "./accounts.ts";
import type { Address } from "./address.ts";
import type { Answer } from "./answer.ts";
import type { CallRules } from "./caller.ts";
import { cancel } from "./cancel.ts";
import { balance, ledger } from "./credits.ts";
import { history, queue } from "./history.ts";
import type { ClusterFacts } from "./region.ts";
import { submit } from "./submit.ts";
import type { World } from "./world.ts";

/** A call that passed the checks. `body` is parsed JSON, undefined when it was none. */
export type Call = {
  facts: ClusterFacts;
  account: Account;
  address: Address;
  body: unknown;
};

export const endpointNames = ["submit", "history", "queue", "cancel", "credits", "ledger", "picture"] as const;
export type EndpointName = (typeof endpointNames)[number];

export type Endpoint = CallRules & {
  name: EndpointName;
  path: string;
  handle(world: World, call: Call): Answer;
};

const versions = ["da_version", "web_version", "aigc_features"];
const placed = ["aid", "device_platform", "region", ...versions];

/** Parameters per endpoint as in the SG browser capture of 2026-04, less what older clients omit. */
export const endpoints: readonly Endpoint[] = [
  {
    name: "submit",
    path: "/mweb/v1/aigc_draft/generate",
    wrapper: "mweb",
    requiredQuery: placed,
    isWrite: true,
    handle: submit,
  },
  {
    name: "history",
    path: "/mweb/v1/get_history_by_ids",
    wrapper: "mweb",
    requiredQuery: placed,
    isWrite: false,
    handle: history,
  },
  {
    name: "queue",
    path: "/mweb/v1/get_history_queue_info",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    isWrite: false,
    handle: queue,
  },
  {
    name: "cancel",
    path: "/mweb/v1/aigc_draft/cancel_generate",
    wrapper: "mweb",
    requiredQuery: ["aid", ...versions],
    isWrite: false,
    handle: cancel,
  },
  {
    name: "credits",
    path: "/commerce/v1/benefits/user_credit",
    wrapper: "commerce",
    requiredQuery: [],
    isWrite: false,
    handle: balance,
  },
  {
    name: "ledger",
    path: "/commerce/v1/benefits/user_credit_history",
    wrapper: "commerce",
    requiredQuery: [],
    isWrite: false,
    handle: ledger,
  },
];

export function isEndpointName(name: unknown): name is EndpointName {
  return endpointNames.some((known) => known === name);
}
