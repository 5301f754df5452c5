/** Sends batches. Every repeat carries the same idempotency key: the server makes the batch once. */
import type { BatchView } from "#shared/wire/batch.ts";
import { ApiError } from "#web/api/api-error.ts";
import { batchTimeoutMs, maxDiskWaitMs } from "#web/limits.ts";
import { type Batch, batchPhaseOf, newBatch, withBatchView } from "./batch.ts";
import { batchBodyOf } from "./batch-body.ts";
import { batches, changeBatch, hideBatch, putBatch } from "./batches.ts";
import { call } from "./client.ts";
import { noteNoAnswer } from "./connection.ts";
import { watchDeparture } from "./departure.ts";
import type { Draft } from "./draft.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { fittedToActive } from "./fitting.ts";
import { newId } from "./new-id.ts";
import { blockedBy, silence } from "./send.ts";
import { active, authorizationOf } from "./sessions.ts";

/** Shows the card, then sends the request. Never rejects: the card shows failures. @returns the key of the card. */
export function submitBatch(draft: Draft, prompts: string[]): string {
  const sessions = active.peek().map(({ id }) => id);
  const sentAs = fingerprintOf(authorizationOf(sessions));
  const batch = newBatch({ key: newId(), draft, prompts, sessions, sentAs, createdAt: Date.now() });
  // Written first, where the disk is quick: a page closed meanwhile still knows the idempotency key.
  const written = putBatch(batch);
  void Promise.race([written, new Promise((resolve) => setTimeout(resolve, maxDiskWaitMs))]).then(() =>
    sendBatch(batch.key),
  );
  return batch.key;
}

/** Sends a batch that, as far as this page knows, the server does not have. Never rejects. */
export async function sendBatch(key: string): Promise<void> {
  const batch = batches.peek().get(key);
  if (batch === undefined || batch.draft === null || batch.batchId !== null || sending.has(key)) return;
  const reason = blockedBy(batch);
  if (reason !== null) return refuse(key, new ApiError({ status: 0, code: reason, message: "" }));
  sending.add(key);
  const abort = new AbortController();
  const departure = watchDeparture();
  const timer = setTimeout(() => abort.abort(), batchTimeoutMs);
  try {
    const view = await call<BatchView>("/v1/images/batches", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body: await batchBodyOf(batch),
      authorization: authorizationOf(batch.sessions),
      signal: abort.signal,
    });
    changeBatch(key, (one) => withBatchView(one, view));
  } catch (error) {
    // The next page sends a batch without a refusal again, under the same key.
    await departure.passed();
    const fault = error instanceof ApiError ? error : silence;
    if (fault.code === "offline") noteNoAnswer();
    refuse(key, fault);
  } finally {
    clearTimeout(timer);
    departure.end();
    sending.delete(key);
  }
}

/** Keys of the batches that this window is sending. */
const sending = new Set<string>();

function refuse(key: string, { code, message, hint, param }: ApiError): void {
  changeBatch(key, (one) => ({ ...one, refusal: { code, message, hint, param } }));
}

/** Sends a refused batch again: under the same key when its outcome is unknown, otherwise as a new one. */
export function sendBatchAgain(batch: Batch): void {
  if (batch.draft === null || batchPhaseOf(batch) !== "unsent") return;
  if (["offline", "unreadable", "internal"].includes(batch.refusal?.code ?? "")) {
    changeBatch(batch.key, (one) => ({ ...one, refusal: null }));
    void sendBatch(batch.key);
    return;
  }
  hideBatch(batch.key);
  submitBatch(fittedToActive(batch.draft).draft, batch.prompts);
}
