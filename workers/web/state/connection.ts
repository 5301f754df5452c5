/**
 * Whether this device is online, whether the server answers, and whether it makes real images. Asks at the start, and
 * again, ever more slowly, while there is no answer.
 */

import { computed, signal } from "@preact/signals";
import type { Health } from "#shared/wire/health.ts";
import { firstHealthWaitMs, maxHealthWaitMs } from "#web/limits.ts";
import { storedSignal } from "#web/storage/storage.ts";
import { call } from "./client.ts";

const upstreams: readonly Health["upstream"][] = ["live", "relay", "simulator"];

const isOnline = signal(globalThis.navigator?.onLine ?? true);
/** null: not known yet. */
const isAnswering = signal<boolean | null>(null);
/** Remembered, so that the page begins as it will be. */
const upstream = storedSignal<Health["upstream"] | null>(
  { name: "upstream", version: 1, read: (stored) => upstreams.find((one) => one === stored) },
  null,
);

export const connection = computed<"fine" | "offline" | "down">(() => {
  if (!isOnline.value) return "offline";
  return isAnswering.value === false ? "down" : "fine";
});

export const isSimulated = computed(() => upstream.value === "simulator");

/** Counts up whenever the server answers again after it did not: what was given up may be tried again. */
export const comebacks = signal(0);

/** Anything that got no answer says so here; the page then asks until there is one. */
export function noteSilence(): void {
  if (isAnswering.peek() === false) return;
  isAnswering.value = false;
  askLater(firstHealthWaitMs);
}

export function watchConnection(): void {
  addEventListener("online", () => {
    isOnline.value = true;
    void ask(firstHealthWaitMs);
  });
  addEventListener("offline", () => {
    isOnline.value = false;
    noteSilence();
  });
  void ask(firstHealthWaitMs);
}

let timer: ReturnType<typeof setTimeout> | undefined;

async function ask(waitMs: number): Promise<void> {
  clearTimeout(timer);
  const answer = await healthNow();
  const wasSilent = isAnswering.peek() === false || !isOnline.peek();
  isAnswering.value = answer !== null;
  if (answer === null) return askLater(Math.min(maxHealthWaitMs, waitMs * 2));
  upstream.value = answer.upstream;
  isOnline.value = true;
  if (wasSilent) comebacks.value += 1;
}

function askLater(waitMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(waitMs), waitMs);
}

/** A server that is degraded answers 503 with the same body; only silence is silence. */
async function healthNow(): Promise<Pick<Health, "upstream"> | null> {
  try {
    return await call<Health>("/health", { authorization: null });
  } catch {
    return await call<{ status: "ok" }>("/ping", { authorization: null }).then(
      () => ({ upstream: upstream.peek() ?? "live" }),
      () => null,
    );
  }
}
