/** The queue of ticks, in numbers. */
import type { Health } from "#shared/wire/health.ts";

/** Null: it does not tell. */
export async function queueState(queue: Queue): Promise<Health["queue"]> {
  try {
    const { backlogCount, oldestMessageTimestamp: oldest } = await queue.metrics();
    const oldestSeconds = oldest ? Math.floor(Date.now() / 1000) - Math.floor(oldest.getTime() / 1000) : null;
    return { backlog: backlogCount, oldest_seconds: oldestSeconds };
  } catch {
    return null;
  }
}
