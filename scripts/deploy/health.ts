/**
 * Waits until a deployed API answers that every part of it is well. A new address takes a while to be known and to have
 * its certificate.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { networkReason } from "#scripts/cloudflare/api.ts";

/** The fields of `GET /health` and of an error answer that a deployment reads. */
type Health = {
  status?: string;
  upstream?: string;
  public_images?: unknown;
  reachable?: Record<string, boolean>;
  error?: { message?: string };
};

const TIMEOUT_MS = 180_000;
const ANSWER_TIMEOUT_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;
const TELL_AFTER_MS = 10_000;

/** Polls /health until it is well. @throws Error with the last reason when it is not within `timeoutMs` */
export async function untilHealthy(
  url: string,
  { say, timeoutMs = TIMEOUT_MS }: { say: (line: string) => void; timeoutMs?: number },
): Promise<Health> {
  const startedAt = Date.now();
  let told = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    const { health, reason } = await ask(`${url}/health`);
    if (health) return health;
    const waited = Date.now() - startedAt;
    if (waited + pause > timeoutMs) {
      throw new Error(
        `Everything is deployed, but ${url}/health is not well after ${Math.round(waited / 1000)} s: ${reason}. ` +
          "A new workers.dev address can take some minutes; npm run deploy asks again and changes nothing that is right. " +
          `What the Worker says: npx wrangler tail ${new URL(url).host.split(".")[0]}`,
      );
    }
    if (!told && waited > TELL_AFTER_MS) {
      told = true;
      say(`… waiting for ${url}/health (${reason})`);
    }
    await sleep(pause);
  }
}

async function ask(url: string): Promise<{ health: Health; reason?: never } | { health?: never; reason: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS), redirect: "error" });
    const body = (await response.json().catch(() => undefined)) as Health | undefined;
    if (response.status === 200 && body?.status === "ok") return { health: body };
    return { reason: reasonOf(response.status, body) };
  } catch (error) {
    return { reason: networkReason(error) };
  }
}

function reasonOf(status: number, body: Health | undefined): string {
  if (body?.error?.message) return body.error.message.replace(/\.$/, "");
  const silent = Object.entries(body?.reachable ?? {}).filter(([, isThere]) => !isThere);
  if (silent.length > 0) return `does not reach ${silent.map(([part]) => part).join(", ")}`;
  return `status ${status}`;
}
