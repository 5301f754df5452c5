/**
 * The methods of the coordinator about batches, and their data, for both Workers: what the API gives to the coordinator,
 * and what the coordinator shows of it. Types and one lookup.
 */
import type { ErrorCode, TaskError } from "#shared/errors.ts";
import type { BatchStatus } from "./batch-status.ts";
import type { Idempotency, SealedSession, Snapshot } from "./coordinator.ts";
import type { StagedInput } from "./inputs.ts";
import type { HeldKey, KeyRefusal } from "./key-limits.ts";
import type { TaskRequest } from "./request.ts";
import type { WaitingFor } from "./waiting.ts";
import type { Webhook } from "./webhook.ts";

/** One request of a batch, checked. */
export type NewBatchItem = {
  /** Id of its task, which names batch and place. */
  task: string;
  submitId: string;
  customId: string;
  /** Position in the caller's text, from 1. */
  line: number;
  request: TaskRequest;
  /** Under the batch's `requestKeys`; null: it is not kept. An API Worker of an earlier version leaves it out. */
  sealedRequest?: string | null;
  /** Staged reference images, which requests of the batch may share. */
  inputs: StagedInput[];
  /** Tag of prompt and reference images. */
  contents: string;
  resendsRefused: boolean;
  /** Which of the batch's groups of sessions may run it. */
  group: number;
};

/** What a batch that was created through OpenAI's Batch API keeps of that call. */
export type BatchOrigin = {
  endpoint: string;
  /** Id of the file with its requests. */
  file: string;
  /** Everything that is wrong in the file; then the batch has no requests, and has ended. */
  faults: { line: number; code: ErrorCode; message: string; param: string | null }[];
};

export type NewBatch = {
  id: string;
  owner: string;
  /** Who may read it. */
  tags: string[];
  sessions: SealedSession[];
  /** Tags of the sessions that may run a request, for each group. */
  groups: string[][];
  items: NewBatchItem[];
  /** The key of their sealed requests, sealed for each of `tags`. An API Worker of an earlier version leaves it out. */
  requestKeys?: string[];
  /** Keys of every staged reference image. */
  inputKeys: string[];
  metadata: Record<string, string>;
  estimatedCredits: number | null;
  /** How long it is remembered after its end, milliseconds. */
  keptMs: number;
  /** Identifies repeated requests; null: every request makes a batch. */
  idempotency: Idempotency | null;
  origin: BatchOrigin | null;
  /** Whom to tell about it. */
  webhook: Webhook | null;
  /** Of a caller with an API key: the version of the pool. An API Worker of an earlier version leaves it out. */
  pool?: { version: number } | null;
  /** Of a caller with a named key: its limits, which hold for each request when its turn comes. */
  key?: HeldKey | null;
};

export type BatchCounts = {
  total: number;
  waiting: number;
  processing: number;
  completed: number;
  failed: number;
  cancelled: number;
};

/** A batch as it stands. Moments are Unix milliseconds. */
export type BatchSnapshot = {
  id: string;
  owner: string;
  status: BatchStatus;
  counts: BatchCounts;
  createdAt: number;
  /** When its first task started; null before. */
  startedAt: number | null;
  endedAt: number | null;
  expiresAt: number;
  /** Until its end, by its pace so far; null: unknown. */
  etaSeconds: number | null;
  estimatedCredits: number | null;
  /** Why nothing moves, and when the first session is tried again; null otherwise. */
  stall: { reason: WaitingFor; until: number | null } | null;
  /** Why it paused by itself; null otherwise. */
  pausedReason: TaskError | null;
  metadata: Record<string, string>;
  origin: BatchOrigin | null;
  cancellingAt: number | null;
};

export type RecallBatchAnswer = { kind: "existing"; batch: BatchSnapshot } | { kind: "conflict" };

export type CreateBatchAnswer =
  | RecallBatchAnswer
  | { kind: "created"; batch: BatchSnapshot }
  /** The caller's key may make no more now. No batch was created. */
  | { kind: "aboveLimit"; refusal: KeyRefusal };

export type BatchListQuery = {
  /** Null: all. */
  status: BatchStatus | null;
  tags: string[];
  limit: number;
  /** The page starts after the batch with this id; null: with the newest. */
  after: string | null;
};

export type BatchListAnswer = { kind: "page"; batches: BatchSnapshot[]; hasMore: boolean } | { kind: "unknown_cursor" };

export type BatchItemStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

export type BatchItemQuery = {
  tags: string[];
  limit: number;
  /** The page starts after the request at this place, from 0; -1: with the first. */
  after: number;
  status: BatchItemStatus | null;
};

/** One request of a batch, with its task as it stands. */
export type BatchItem = {
  customId: string;
  line: number;
  place: number;
  status: BatchItemStatus;
  snapshot: Pick<Snapshot, "record" | "live">;
};

/** `last`: place of the last request that was looked at; the next page starts after it. */
export type BatchItemPage = { items: BatchItem[]; last: number; hasMore: boolean };

export type BatchAction = "cancel" | "pause" | "resume" | "retry";

/** `sessions`: the caller's, of which those of the batch are used again. `pool`, `key`: as of a new batch. */
export type BatchChange = { action: BatchAction; sessions: SealedSession[] } & Pick<NewBatch, "pool" | "key">;

export type BatchActionAnswer =
  | { kind: "unknown" }
  /** It cannot be done in this state; `why` is for a person. */
  | { kind: "refused"; why: string }
  | { kind: "done"; batch: BatchSnapshot };

export type BatchCoordinator = {
  createBatch(batch: NewBatch): Promise<CreateBatchAnswer>;
  /** The answer of `createBatch` to an idempotency key; null when the key is new. */
  recallBatch(idempotency: Idempotency): Promise<RecallBatchAnswer | null>;
  /** The batch, if one of its tags is among these; else null. */
  batch(id: string, tags: string[]): Promise<BatchSnapshot | null>;
  /** The batches that were created with exactly these tags, newest first. */
  listBatches(query: BatchListQuery): Promise<BatchListAnswer>;
  /** Requests of a batch in their order; null when there is no such batch for these tags. */
  batchItems(id: string, query: BatchItemQuery): Promise<BatchItemPage | null>;
  changeBatch(id: string, tags: string[], change: BatchChange): Promise<BatchActionAnswer>;
};

/** The coordinator of an owner. Naming one creates nothing. */
export function batchesOf(namespace: DurableObjectNamespace, owner: string): BatchCoordinator {
  return namespace.getByName(owner) as unknown as BatchCoordinator;
}
