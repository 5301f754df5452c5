/**
 * A batch as this browser knows it: sent from here, from the press of the button on, or made elsewhere with the same
 * sessions. `BatchView` is the server's view of it. Pure.
 */
import type { BatchView } from "#shared/wire/batch.ts";
import type { Draft } from "./draft.ts";
import type { Refusal } from "./task.ts";

export type Batch = {
  /** Its id in this browser, and its idempotency key when this page sent it. */
  key: string;
  /** The server's id; null until the server accepted it. */
  batchId: string | null;
  /** In the order of its requests. Of one made elsewhere only the first few. */
  prompts: string[];
  /** The form as it was sent, its prompt with all lines; null: made elsewhere. */
  draft: Draft | null;
  /** Ids of the sessions that sent it. */
  sessions: string[];
  /** Fingerprint of the Authorization header that its idempotency key belongs to; null: unknown. */
  sentAs: string | null;
  /** Milliseconds. */
  createdAt: number;
  view: BatchView | null;
  /** Why the server did not accept it. */
  refusal: Refusal | null;
  /** Code of why the server does not return it: other sessions, none, or it has expired. */
  lost: string | null;
  failures: FailedRequest[];
  /** Whether all results of the ended batch are on the page. */
  isRead: boolean;
  isHidden: boolean;
  /** Its reference files are no longer at hand. */
  isFilesLost: boolean;
};

/** `line` counts from 1. */
export type FailedRequest = { line: number; prompt: string; code: string; message: string };

/** `sending`: not accepted yet. `unsent`: refused. `live`: accepted, and some requests have not ended. */
export type BatchPhase = "sending" | "unsent" | "live" | "ended";

export function batchPhaseOf({ batchId, view, refusal }: Pick<Batch, "batchId" | "view" | "refusal">): BatchPhase {
  if (view !== null && view.ended_at !== null) return "ended";
  if (batchId !== null) return "live";
  return refusal === null ? "sending" : "unsent";
}

/** Whether there is more to learn of it: it runs, or its results are not on the page. */
export const isUnread = (batch: Batch): boolean =>
  batchPhaseOf(batch) === "live" || (batchPhaseOf(batch) === "ended" && !batch.isRead);

export function newBatch(given: Pick<Batch, "key" | "createdAt"> & Partial<Batch>): Batch {
  return {
    ...{ batchId: null, prompts: [], draft: null, sessions: [], sentAs: null, view: null, refusal: null, lost: null },
    ...{ failures: [], isRead: false, isHidden: false, isFilesLost: false },
    ...given,
  };
}

/** The batch after a view; a batch that goes on after its end, because what failed is made again, is read again. */
export function withBatchView(batch: Batch, view: BatchView): Batch {
  return {
    ...batch,
    batchId: view.id,
    view,
    refusal: null,
    lost: null,
    isRead: batch.isRead && view.ended_at !== null,
  };
}

export const totalOf = ({ view, prompts }: Pick<Batch, "view" | "prompts">): number =>
  view?.request_counts.total ?? prompts.length;

/** Of several records of one batch, the one that this browser sent stays. @returns the key of the record that goes. */
export function duplicateOf(batch: Batch, all: Iterable<Batch>): string | null {
  if (batch.batchId === null) return null;
  for (const other of all) {
    if (other.key === batch.key || other.batchId !== batch.batchId) continue;
    return batch.key === batch.batchId ? batch.key : other.key;
  }
  return null;
}

/** Whether a stored batch is forgotten: the server has forgotten it, too. @param now milliseconds. */
export const isForgotten = ({ view, batchId, isHidden }: Batch, now: number): boolean =>
  view === null ? isHidden && batchId === null : view.expires_at * 1000 < now;
