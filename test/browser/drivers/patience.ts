/** Waits by looking again and again, for drivers that cannot wait by themselves. */
import { waitMs } from "./driver.ts";

const betweenLooksMs = 50;

/** @param look returns undefined until it has found. @throws Error that names `what`. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const endsAt = performance.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${waitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
  }
}
