import { tellTimeoutMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import type { PoolCalls } from "#shared/task/pool.ts";
import { withTimeout } from "#shared/with-timeout.ts";

/** @returns whether the coordinator of the pool took it in time. Never rejects. */
export async function tell<K extends keyof PoolCalls>(
  coordinators: DurableObjectNamespace,
  owner: Promise<string>,
  kind: K,
  given: PoolCalls[K]["given"],
): Promise<boolean> {
  try {
    await withTimeout(coordinatorOf(coordinators, await owner).pool(kind, given), tellTimeoutMs);
    return true;
  } catch (error) {
    log("warn", "members_not_pushed", { kind, error });
    return false;
  }
}
