// One row of the table of business calls.

import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import type { CallRules } from "./caller.ts";
import type { EndpointName } from "./endpoint-names.ts";
import type { World } from "./world.ts";

export type Endpoint = CallRules & {
  name: EndpointName;
  path: string;
  handle(world: World, call: Call): Answer;
};
