/** Questions about keys of the makers' clouds. */
import type { Result } from "#shared/result.ts";
import type { Credential } from "./credential.ts";
import type { UpstreamFailure } from "./failure.ts";
import { type Reach, upstreams } from "./table.ts";

/** Ids of the models that its cloud lists for a key. Costs nothing. @throws for a session. */
export function listedModels(key: Credential, reach: Reach): Promise<Result<string[], UpstreamFailure>> {
  return rowOf(key).listed(key, reach);
}

/** Where the key is managed, for people. @throws for a session. */
export const consoleOf = (key: Credential): string => rowOf(key).console(key);

function rowOf({ upstream }: Credential) {
  const { keys } = upstreams[upstream];
  if (keys === null) throw new Error(`${upstream} has no keys`);
  return keys;
}
