/**
 * Whether this device is online, whether the server answers, and whether its images are real. Checks at the start, and
 * again with growing pauses while there is no answer.
 */

import { computed, signal } from "@preact/signals";
import type { Health } from "#shared/wire/health.ts";
import { ApiError } from "#web/api/api-error.ts";
import { firstHealthWaitMs, maxHealthWaitMs, maxSourceWaitMs } from "#web/limits.ts";
import { storedSignal } from "#web/storage/storage.ts";
import { call } from "./client.ts";

const upstreams: readonly Health["upstream"][] = ["live", "relay", "simulator"];

const isOnline = signal(globalThis.navigator?.onLine ?? true);
/** null: unknown yet. */
const isAnswering = signal<boolean | null>(null);
/** Stored, so that the first render is right. */
const upstream = storedSignal<Health["upstream"] | null>(
  { name: "upstream", version: 1, read: (stored) => upstreams.find((one) => one === stored) },
  null,
);

export const connection = computed<"fine" | "offline" | "down">(() => {
  if (!isOnline.value) return "offline";
  return isAnswering.value === false ? "down" : "fine";
});

export const isSimulated = computed(() => upstream.value === "simulator");

/** Whether images are known to be real. */
export const isReal = computed(() => upstream.value !== null && !isSimulated.value);

/** Whether the server calls Dreamina itself: not through a relay, and no simulator. */
export const isDirect = computed(() => upstream.value === "live");

let note: () => void = () => undefined;
const isNoted = new Promise<void>((resolve) => {
  note = resolve;
});

/** Resolves once the server has told whether its images are real, or did not answer soon. */
export const untilKnown = (): Promise<void> =>
  Promise.race([isNoted, new Promise<void>((resolve) => setTimeout(resolve, maxSourceWaitMs))]);

/** Counts how often the server answered again after it did not: failed requests may then be repeated. */
export const reconnects = signal(0);

/** Called after a request without an answer: the page then checks until the server answers. */
export function noteNoAnswer(): void {
  if (isAnswering.peek() === false) return;
  isAnswering.value = false;
  checkHealthLater(firstHealthWaitMs);
}

/** The same after a request that failed for any reason. */
export function noteIfSilent(error: unknown): void {
  if (error instanceof ApiError && error.code === "offline") noteNoAnswer();
}

export function watchConnection(): void {
  addEventListener("online", () => {
    isOnline.value = true;
    void checkHealth(firstHealthWaitMs);
  });
  addEventListener("offline", () => {
    isOnline.value = false;
    noteNoAnswer();
  });
  void checkHealth(firstHealthWaitMs);
}

let timer: ReturnType<typeof setTimeout> | undefined;

async function checkHealth(waitMs: number): Promise<void> {
  clearTimeout(timer);
  const answer = await fetchHealth();
  const wasSilent = isAnswering.peek() === false || !isOnline.peek();
  isAnswering.value = answer !== null;
  if (answer !== null) upstream.value = answer.upstream;
  note();
  if (answer === null) return checkHealthLater(Math.min(maxHealthWaitMs, waitMs * 2));
  isOnline.value = true;
  if (wasSilent) reconnects.value += 1;
}

function checkHealthLater(waitMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void checkHealth(waitMs), waitMs);
}

/** A degraded server answers 503, so `/ping` decides. @returns null without any answer. */
async function fetchHealth(): Promise<Pick<Health, "upstream"> | null> {
  try {
    return await call<Health>("/health", { authorization: null });
  } catch {
    return await call<{ status: "ok" }>("/ping", { authorization: null }).then(
      () => ({ upstream: upstream.peek() ?? "live" }),
      () => null,
    );
  }
}
