/**
 * The methods of the registry (a Durable Object, one for the whole server) and their data, for both Workers: the named
 * keys, the credentials of the pool, the figures of all coordinators. The class is in the consumer. Types and one lookup.
 */
import type { TaskError } from "#shared/errors.ts";
import type { SealedSession } from "./coordinator.ts";
import type { AllLive, DayTotals, EndKind, OwnerReport, Totals } from "./figures.ts";
import type { KeyLimits } from "./key-limits.ts";
import type { PoolMember, PoolMembers, PoolPlace } from "./pool.ts";

export type { OwnerReport } from "./figures.ts";

/** A named key. The key itself is not stored. Moments are Unix milliseconds. */
export type KeyEntry = {
  id: string;
  name: string;
  /** For people: `sk-…Ab3x`. */
  masked: string;
  createdAt: number;
  /** Null: it does not expire. */
  expiresAt: number | null;
  limits: KeyLimits;
  /** Grows with each change. */
  version: number;
};

/** `hash`: SHA-256 of the key, as hex. */
export type NewKey = Omit<KeyEntry, "version"> & { hash: string };

/** The limits that are named change, the others stay. */
export type KeyChange = Partial<Pick<KeyEntry, "name" | "expiresAt">> & { limits?: Partial<KeyLimits> };

/** What the API needs of the pool for a submit. */
export type PoolSummary = {
  /** The coordinator of all callers with an API key: the same after a change of SECRET_KEY, so that their use is. */
  owner: string;
  version: number;
  /** Each place that has a member. */
  places: PoolPlace[];
  /** DEFAULT_CREDENTIALS is not read any more: its credentials are in the pool. */
  isTakenOver: boolean;
};

/** What was found when a credential was asked about last. Moments are Unix milliseconds. */
export type Checked = {
  at: number;
  /** Null: not decided. */
  isAlive: boolean | null;
  /** Null: unknown, or of a key. */
  balance: { total: number; gift: number; purchase: number; vip: number } | null;
  error: TaskError | null;
};

/** The daily gift, as it was claimed last. `error`: why it was not. */
export type Claimed = { at: number; received: number; error: TaskError | null };

/** A credential of the pool, without its secret. Moments are Unix milliseconds. */
export type CredentialEntry = Omit<PoolMember, "sealed"> & {
  id: string;
  name: string;
  addedAt: number;
  checked: Checked | null;
  claimed: Claimed | null;
};

export type NewCredential = Pick<CredentialEntry, "id" | "name" | "weight" | "isPaused" | "upstream" | "place"> &
  SealedSession;

export type CredentialChange = Partial<Pick<CredentialEntry, "name" | "weight" | "isPaused">>;

/** `isNew`: false for one that the pool had before. */
export type AddedCredential = { entry: CredentialEntry; isNew: boolean };

export type CredentialQuery = { limit: number; after: string | null };

/** A tick that the queue gave up. Moments are Unix milliseconds. */
export type DeadLetter = { id: string; owner: string; at: number; replayedAt: number | null };

/** Of everything that ever ended; each number only grows. */
export type Counters = { ended: (EndKind & { totals: Totals })[]; deadLetters: number; live: AllLive };

/** An owner with tasks that have not ended. */
export type LiveOwner = { owner: string; firstTaskAt: number };

export type Registry = {
  /** A key by its hash, unless it was deleted or has expired, and the pool; null looks for no key. */
  find(hash: string | null): Promise<{ key: KeyEntry | null; pool: PoolSummary }>;
  createKey(key: NewKey): Promise<KeyEntry>;
  /** Newest first, without deleted ones. */
  listKeys(): Promise<KeyEntry[]>;
  /** Names of keys, deleted ones too, by their ids. */
  keyNames(ids: string[]): Promise<Record<string, string>>;
  /** Null: there is no such key. */
  changeKey(id: string, change: KeyChange): Promise<KeyEntry | null>;
  deleteKey(id: string): Promise<boolean>;
  /** @param isTakeOver they are those of DEFAULT_CREDENTIALS, which is not read from now on. */
  addCredentials(credentials: NewCredential[], isTakeOver: boolean): Promise<AddedCredential[]>;
  /** In the order in which they were added. Null: `after` never was in the pool, or was removed long ago. */
  listCredentials(query: CredentialQuery): Promise<{ entries: CredentialEntry[]; hasMore: boolean } | null>;
  /** Null: there is no such credential. */
  changeCredential(id: string, change: CredentialChange): Promise<CredentialEntry | null>;
  removeCredential(id: string): Promise<boolean>;
  /** Asks its upstream whether it is alive. Null: there is no such credential. */
  checkCredential(id: string): Promise<CredentialEntry | null>;
  /** The members of the pool, for its coordinator. */
  members(): Promise<PoolMembers>;
  /** Claims the gift of the day for every session, some at a time; returns at once. */
  claimGifts(): Promise<void>;
  /** What a coordinator tells of its tasks. The same report again, or an older one, changes nothing. */
  report(report: OwnerReport): Promise<void>;
  /** Of the last days, today included, in their order. */
  figures(days: number): Promise<{ days: DayTotals[]; live: AllLive }>;
  counters(): Promise<Counters>;
  /** Those with tasks, not only requests of batches that wait; the one with the oldest task first. */
  liveOwners(): Promise<LiveOwner[]>;
  /** @param message id of the queue's message, which may be delivered twice. */
  noteDeadLetter(message: string, owner: string): Promise<void>;
  /** The last ones, newest first. */
  deadLetters(): Promise<DeadLetter[]>;
  /** Null: there is no such dead letter. */
  replayed(id: string): Promise<DeadLetter | null>;
};

/** The only one. */
export function registryOf(namespace: DurableObjectNamespace): Registry {
  return namespace.getByName("registry") as unknown as Registry;
}
