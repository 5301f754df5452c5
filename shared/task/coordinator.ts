/**
 * The methods of the coordinator (a Durable Object) and their data, for both Workers. The class is in the consumer;
 * this file lets the API call it. Types and one lookup.
 */
import type { ErrorCode, TaskError } from "#shared/errors.ts";
import type { Observation } from "./events.ts";
import type { FollowUp } from "./follow-up.ts";
import type { StagedInput } from "./inputs.ts";
import type { Allowance, HeldKey, KeyRefusal, Need } from "./key-limits.ts";
import type { Tick } from "./message.ts";
import type { PoolCalls } from "./pool.ts";
import type { TaskRequest } from "./request.ts";
import type { SealedSession } from "./sealed-session.ts";
import type { SealedRequest, TaskRecord } from "./task-record.ts";
import type { WaitingFor } from "./waiting.ts";
import type { Webhook, WebhookCalls } from "./webhook.ts";

export type { SealedSession } from "./sealed-session.ts";
export type { WebhookCalls } from "./webhook.ts";

/** Everything a coordinator needs to create a task. The ids are made before the call. */
export type NewTask = {
  id: string;
  /** The name of the coordinator: a Durable Object cannot always read its own. */
  owner: string;
  submitId: string;
  request: TaskRequest;
  /** For its readers; null: it is not kept. An API Worker of an earlier version leaves it out. */
  sealedRequest?: SealedRequest | null;
  /** Reference images, staged in the INPUTS bucket; empty for text to image. */
  inputs: StagedInput[];
  /** Tag of prompt and reference images. */
  contents: string;
  /** Whether to submit contents that were refused within the last day. */
  resendsRefused: boolean;
  /** Who may read it: a tag for every session the caller sent. */
  tags: string[];
  /** Who may run it: those of the sessions that have the model. */
  sessions: SealedSession[];
  /** Of a caller with an API key: what of the pool may run it. An API Worker of an earlier version leaves it out. */
  pool?: { version: number; places: string[] } | null;
  /** Of a caller with a named key; `need`: of all tasks of the request that are still to be created. */
  key?: (HeldKey & { need: Need }) | null;
  /** Unix milliseconds. */
  expiresAt: number;
  /** Identifies repeated requests; null: every request makes a task. */
  idempotency: Idempotency | null;
  /** Whom to tell about it. An API Worker of an earlier version leaves it out. */
  webhook?: Webhook | null;
};

/** A task as its caller sees it now. */
export type Snapshot = {
  record: TaskRecord;
  /** Grows with every visible change; give it to `next`. */
  version: number;
  /** Fields of live tasks; null for a terminal one. */
  live: {
    queuePosition: number | null;
    etaSeconds: number | null;
    nextLookSeconds: number | null;
    /** Why it waits. */
    waitingFor: WaitingFor | null;
  } | null;
};

/**
 * Which earlier request a request repeats. `named`: the one with the caller's key, until a day after its task ended.
 * `first`: none; the first attempt of a client that numbers its attempts. `again`: a later attempt, which joins the
 * task of the first. `resent`: no key; joins the task of an equal request at most `withinMs` earlier, unless that task
 * was cancelled. `previousBodyHash`: by the previous SECRET_KEY, while it is set; an API Worker of an earlier version
 * leaves it out.
 */
export type Idempotency = { key: string; bodyHash: string } & (
  | { kind: "named"; previousBodyHash?: string | null }
  | { kind: "first" | "again" }
  | { kind: "resent"; withinMs: number }
);

export type ListQuery = {
  /** Lists the tasks that were created with exactly these tags. */
  tags: string[];
  limit: number;
  /** The page starts after the task with this id; null: with the newest. */
  after: string | null;
  status: TaskRecord["status"] | null;
};

/**
 * One task of a list. The snapshot is null when the coordinator has only the id left; the record has the rest, perhaps
 * also images that were deleted lately: `deletedImages`.
 */
export type Listed = { id: string; snapshot: Snapshot | null; deletedImages?: number[] };

export type ListAnswer = { kind: "page"; tasks: Listed[]; hasMore: boolean } | { kind: "unknown_cursor" };

export type RecallAnswer =
  /** The idempotency key was used before, for the same body: this is its task. */
  | { kind: "existing"; snapshot: Snapshot }
  /** The idempotency key was used before, for another body. */
  | { kind: "conflict" }
  /** The idempotency key was used before, for a task that was deleted since. */
  | { kind: "deleted" };

export type CreateAnswer =
  /** `wakeUp`: to be sent to the queue by the caller; null when one is on its way, or none is needed yet. */
  | { kind: "created"; snapshot: Snapshot; wakeUp: Tick | null; allowance: Allowance | null }
  | RecallAnswer
  /**
   * The same contents were refused before, at this moment (Unix milliseconds) and for this reason. No task was created.
   */
  | { kind: "refusedBefore"; at: number; error: TaskError }
  /** The caller's key may make no more now. No task was created. A coordinator of an earlier version gives no `allowance`. */
  | { kind: "aboveLimit"; refusal: KeyRefusal; allowance?: Allowance | null };

/** Work for the consumer, with the session it needs. */
export type Order = FollowUp & { session: SealedSession };

/** The result of an order. `step` is the order's own, so that late reports are recognised. */
export type Report = { task: string; step: number; seen: Observation };

/** An owner's tasks and sessions, in numbers. */
export type Overview = {
  /** Tasks without a session, and tasks under way. */
  waiting: number;
  running: number;
  /** Wait of the first of them; null when none waits. */
  oldestWaitingMs: number | null;
  /** Sessions of live tasks, and of the pool: with a free slot, full, and out, by reason; `paused`: by its administrator. */
  sessions: { ready: number; full: number; out: Partial<Record<ErrorCode | "paused", number>> };
};

/** A task under way, for the administrator. `credential`: masked; null: it waits for one. `prompt`: where it is asked for. */
export type TaskUnderWay = Pick<TaskRecord, "id" | "owner" | "tags" | "model" | "progress" | "createdAt"> & {
  status: "pending" | "processing";
  images: number | null;
  credential: string | null;
  waitingFor: WaitingFor | null;
  prompt: string | null;
};

export type CancelAnswer =
  | { kind: "unknown" }
  /** Nothing was spent. */
  | { kind: "cancelled"; snapshot: Snapshot }
  /** The upstream may have the job: it is asked once to cancel it, and decides. */
  | { kind: "requested"; snapshot: Snapshot }
  /** The images exist already and will be delivered. */
  | { kind: "too_late"; snapshot: Snapshot }
  | { kind: "finished"; snapshot: Snapshot };

/**
 * What to delete: one image of a task, or with null the task and all its images. `isRecorded`: the record in KV shows
 * that there is such a task for the caller, and with `image` such an image.
 */
export type Removal = { id: string; image: number | null; isRecorded: boolean };

/** Whether the whole task was deleted, and which of its images were lately. */
export type Deleted = { isDeleted: boolean; images: number[] };

/** `live`: it has not ended. `gone`: it was deleted before. */
export type RemovalAnswer = "unknown" | "live" | "gone" | "removed";

export type Coordinator = {
  create(task: NewTask): Promise<CreateAnswer>;
  /** The answer of `create` to an idempotency key; null when the key is new. */
  recall(idempotency: Idempotency): Promise<RecallAnswer | null>;
  /**
   * Leases and returns the orders that are due and not leased, the longest due first, worth about `calls`
   * outgoing calls at most. Another tick follows at once for what does not fit.
   */
  begin(limit: { calls: number }): Promise<Order[]>;
  /** A tick was delivered as often as allowed and never served: sends another one if something is due. */
  missed(): Promise<void>;
  /** Applies the reports; returns follow-up orders to run now, without another queue message. */
  report(reports: Report[]): Promise<Order[]>;
  /** The task, if one of its tags is among these; else null. */
  view(id: string, tags: string[]): Promise<Snapshot | null>;
  /** As `view`, but answers when the version is above `since`, the task is terminal, or the timeout is over. */
  next(id: string, tags: string[], since: number, timeoutMs: number): Promise<Snapshot | null>;
  cancel(id: string, tags: string[]): Promise<CancelAnswer>;
  /** What was deleted of a task whose record is at hand, and may be a minute old. */
  deleted(id: string): Promise<Deleted>;
  /** Deletes for good, each by itself. @returns an answer for each, in order. */
  remove(removals: Removal[], tags: string[]): Promise<RemovalAnswer[]>;
  list(query: ListQuery): Promise<ListAnswer>;
  /** Null for a coordinator without tasks. */
  overview(): Promise<Overview | null>;
  /** The first tasks that have not ended, in order of arrival, those of every reader. For the administrator only. */
  underWay(query: { limit: number; withPrompts: boolean }): Promise<TaskUnderWay[]>;
  /** The tasks with these submit ids, in their order; unknown ids are left out. */
  search(submitIds: string[], tags: string[]): Promise<Listed[]>;
  /** Secrets, the log, tests and reports of webhooks. */
  webhooks<K extends keyof WebhookCalls>(kind: K, given: WebhookCalls[K]["given"]): Promise<WebhookCalls[K]["answer"]>;
  /** The members of the pool, and the use of keys. */
  pool<K extends keyof PoolCalls>(kind: K, given: PoolCalls[K]["given"]): Promise<PoolCalls[K]["answer"]>;
};

/** The coordinator of an owner. Naming one creates nothing. */
export function coordinatorOf(namespace: DurableObjectNamespace, owner: string): Coordinator {
  return namespace.getByName(owner) as unknown as Coordinator;
}
