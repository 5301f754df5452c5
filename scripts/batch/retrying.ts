/** The one retry loop of the command: waits longer after each fault, or as long as the server asks. */
import { firstBackoffMs, maxBackoffMs, maxRetryAfterMs, patienceMs } from "./limits.ts";
import type { World } from "./world.ts";

/** A fault that may pass. `maxAttempts`: for one that is no outage. */
export class PassingFault extends Error {
  readonly retryAfterMs: number | null;
  readonly maxAttempts: number;
  constructor(
    message: string,
    {
      retryAfterMs = null,
      maxAttempts = Number.POSITIVE_INFINITY,
    }: { retryAfterMs?: number | null; maxAttempts?: number } = {},
  ) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.maxAttempts = maxAttempts;
  }
}

/** The fault did not pass in time. */
export class GaveUp extends Error {}

/**
 * Repeats `work` while it throws PassingFault.
 *
 * @param what for the person: "The server"
 * @param next what the person can do when it did not pass
 * @throws GaveUp
 */
export async function retrying<T>(
  world: World,
  { what, patience = patienceMs, next = "" }: { what: string; patience?: number | undefined; next?: string },
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = world.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      const waitMs = waitOf(error, attempt, world.random());
      if (attempt >= error.maxAttempts || world.now() + waitMs - startedAt > patience) {
        throw new GaveUp(
          `${what}: ${error.message}. Given up after ${attempt === 1 ? "one attempt" : `${attempt} attempts`}.${next === "" ? "" : ` ${next}`}`,
        );
      }
      if (attempt === 2) world.note(`${what}: ${error.message}. Trying again for up to ${minutes(patience)}.`);
      await world.sleep(waitMs);
    }
  }
}

function waitOf({ retryAfterMs }: PassingFault, attempt: number, random: number): number {
  const backoff = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (attempt - 1)) * (0.5 + random / 2);
  return Math.max(backoff, Math.min(retryAfterMs ?? 0, maxRetryAfterMs));
}

const minutes = (ms: number): string => (ms < 120_000 ? `${ms / 1_000} seconds` : `${ms / 60_000} minutes`);
