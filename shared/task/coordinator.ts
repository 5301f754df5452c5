/**
 * What the two workers and the coordinator say to each other: the methods of the Durable Object, as plain data.
 * The class itself lives in the consumer; this file lets the API call it without knowing it. Types and one lookup.
 */
import type { ErrorCode, TaskError } from "#shared/errors.ts";
import type { Decision, Observation } from "./events.ts";
import type { WakeUp } from "./message.ts";
import type { StagedInput, TaskRecord, TaskRequest, Upload } from "./schema.ts";

/** A session as it may rest and travel: sealed, and known by its tag. */
export type SealedSession = {
  tag: string;
  sealed: string;
  /** For people: region and last four characters, e.g. `hk-…c3f9`. */
  label: string;
};

/** Everything a coordinator needs to begin a task. Ids are made before anything happens. */
export type NewTask = {
  id: string;
  /** Names the coordinator: it cannot read its own name everywhere. */
  owner: string;
  submitId: string;
  request: TaskRequest;
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
  /** Unix milliseconds. */
  expiresAt: number;
  /** By which the same request is known again; null: each is another. */
  idempotency: Idempotency | null;
};

/** A task as its caller may see it now. */
export type Snapshot = {
  record: TaskRecord;
  /** Grows with every visible change; give it to `next`. */
  version: number;
  /** What only a live task has; null for a finished one. */
  live: {
    queuePosition: number | null;
    etaSeconds: number | null;
    nextLookSeconds: number | null;
    /** Why it does not go on yet. */
    waitingFor: Pick<TaskError, "code" | "message"> | null;
  } | null;
};

/**
 * When a request is the same as an earlier one. `named`: the caller's own word, until a day after its task ended.
 * `first`: the first try of a client that numbers its tries, always a new task. `again`: a later try, which joins the
 * task of the first. `resent`: no key; joins the task of an equal request at most `withinMs` earlier, unless that task
 * was cancelled.
 */
export type Idempotency = { key: string; bodyHash: string } & (
  | { kind: "named" | "first" | "again" }
  | { kind: "resent"; withinMs: number }
);

export type ListQuery = {
  /** The caller's: tasks that were created with these very tags are listed. */
  tags: string[];
  limit: number;
  /** Id of the task after which the page begins; null: from the newest. */
  after: string | null;
  status: TaskRecord["status"] | null;
};

/** One task of a list. The snapshot is null when the coordinator has only its id left, and the record tells the rest. */
export type Listed = { id: string; snapshot: Snapshot | null };

export type ListAnswer = { kind: "page"; tasks: Listed[]; hasMore: boolean } | { kind: "unknown_cursor" };

export type RecallAnswer =
  /** The idempotency key was used before, for the same body: this is its task. */
  | { kind: "existing"; snapshot: Snapshot }
  /** The idempotency key was used before, for another body. */
  | { kind: "conflict" };

export type CreateAnswer =
  | { kind: "created"; snapshot: Snapshot; wakeUp: WakeUp | null }
  | RecallAnswer
  /** The same contents were refused before, at this moment (Unix milliseconds) and for this reason. Nothing was made. */
  | { kind: "refusedBefore"; at: number; error: TaskError };

/** The submitted job: the same task gives the same body each time. */
export type Job = { request: TaskRequest; createdAt: number; uploads: Upload[] };

type OrderBase = { task: string; step: number; submitId: string; session: SealedSession; leaseSeconds: number };

/** What a consumer is to carry out for one wake-up, and report on before its lease ends. */
export type Order =
  /** Bring one reference image to the upstream. */
  | ({ kind: "upload"; index: number; input: StagedInput } & OrderBase)
  | ({ kind: "submit"; job: Job } & OrderBase)
  /** Ask for the images beyond the first ones, with the very words of the submit. */
  | ({ kind: "continue"; job: Job; historyId: string } & OrderBase)
  /** Ask the upstream, once, to cancel the job. */
  | ({ kind: "cancel"; historyId: string } & OrderBase)
  /** A look at the job. `asked`: images it was asked for; null: not known. */
  | ({ kind: "recover"; asked: number | null } & OrderBase)
  | ({ kind: "poll"; asked: number | null } & OrderBase)
  | ({ kind: "store"; images: Extract<Decision, { kind: "store" }>["images"] } & OrderBase)
  /** Nothing to do: stale, terminal or parked. */
  | { kind: "drop"; task: string }
  /** Another consumer holds the lease: deliver the wake-up again after it. */
  | { kind: "wait"; task: string; seconds: number };

export type WorkOrder = Exclude<Order, { kind: "drop" | "wait" }>;

/** What came of an order. `step` is the order's own, so that a report that comes too late is recognised. */
export type Report = { task: string; step: number; seen: Observation };

/** How an owner is doing. */
export type Overview = {
  /** Tasks without a session, and tasks under way. */
  waiting: number;
  running: number;
  /** How long the first of them waits; null when none does. */
  oldestWaitingMs: number | null;
  /** Those of live tasks: free to take one, at the limit of their jobs, and left alone for a while, by reason. */
  sessions: { ready: number; full: number; out: Partial<Record<ErrorCode, number>> };
};

export type CancelAnswer =
  | { kind: "unknown" }
  /** Nothing was spent. */
  | { kind: "cancelled"; snapshot: Snapshot }
  /** The upstream may have it: it will be asked once, and decides. */
  | { kind: "requested"; snapshot: Snapshot }
  /** The images are made already and will be delivered. */
  | { kind: "too_late"; snapshot: Snapshot }
  | { kind: "finished"; snapshot: Snapshot };

export type Coordinator = {
  create(task: NewTask): Promise<CreateAnswer>;
  /** What `create` would say of an idempotency key; null when it is new. */
  recall(idempotency: Idempotency): Promise<RecallAnswer | null>;
  /** One order per wake-up, in the same order. */
  begin(wakeUps: WakeUp[]): Promise<Order[]>;
  /** Applies the reports; returns follow-up orders to run now, without another queue message. */
  report(reports: Report[]): Promise<WorkOrder[]>;
  /** The task, to a caller who holds one of these session tags; null to everybody else. */
  view(id: string, tags: string[]): Promise<Snapshot | null>;
  /** As `view`, but answers only once the version is above `since`, the task ended, or the time is up. */
  next(id: string, tags: string[], since: number, timeoutMs: number): Promise<Snapshot | null>;
  cancel(id: string, tags: string[]): Promise<CancelAnswer>;
  list(query: ListQuery): Promise<ListAnswer>;
  /** Null when it never held a task, or has forgotten them all. */
  overview(): Promise<Overview | null>;
  /** The tasks with these submit ids, in their order; unknown ids are left out. */
  search(submitIds: string[], tags: string[]): Promise<Listed[]>;
};

/** The coordinator of an owner. Naming one creates nothing. */
export function coordinatorOf(namespace: DurableObjectNamespace, owner: string): Coordinator {
  return namespace.getByName(owner) as unknown as Coordinator;
}
