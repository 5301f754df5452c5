/**
 * The registry of the server: its named keys, the credentials of its pool, sealed, and its figures. It gives the pool's members to
 * the coordinator of all callers with an API key, and again by its alarm when that one could not be reached.
 */
import { DurableObject } from "cloudflare:workers";
import { claimedAtOnce, claimPauseMs, pushAgainMs } from "#consumer/limits.ts";
import { consumerConfig } from "#shared/config.ts";
import { log } from "#shared/log.ts";
import { sealFor } from "#shared/seal.ts";
import type { PoolCalls, PoolMembers } from "#shared/task/pool.ts";
import { poolOwner } from "#shared/task/pool-owner.ts";
import type {
  AddedCredential,
  Registry as Contract,
  Counters,
  CredentialChange,
  CredentialEntry,
  CredentialQuery,
  DeadLetter,
  KeyChange,
  KeyEntry,
  LiveOwner,
  NewCredential,
  NewKey,
  OwnerReport,
  PoolSummary,
} from "#shared/task/registry.ts";
import { Asking } from "./ask.ts";
import * as credentials from "./credentials.ts";
import { Figures } from "./figures.ts";
import * as keys from "./keys.ts";
import { reseal } from "./reseal.ts";
import { createTables, hasTables, keptOwner, selectFact, setFact } from "./tables.ts";
import { tell } from "./tell.ts";

export class Registry extends DurableObject<ConsumerEnv> implements Contract {
  readonly #sql = this.ctx.storage.sql;
  readonly #config = consumerConfig(this.env);
  readonly #figures = new Figures(this.ctx.storage);
  #hasTables = hasTables(this.#sql);
  /** Kept until the next change: every instance of the API asks for it every half minute. */
  #summary: Omit<PoolSummary, "owner"> | null = null;
  #checksTold = Promise.resolve();

  constructor(state: DurableObjectState, env: ConsumerEnv) {
    super(state, env);
    if (!this.#hasTables) return;
    // Creates the tables that a later version added.
    createTables(this.#sql);
    if (this.#config.PREVIOUS_SECRET_KEY !== undefined) void state.blockConcurrencyWhile(() => this.#reseal());
  }

  async find(hash: string | null): Promise<{ key: KeyEntry | null; pool: PoolSummary }> {
    const owner = await this.#owner();
    if (!this.#hasTables) return { key: null, pool: { owner, version: 0, places: [], isTakenOver: false } };
    const key = hash === null ? null : keys.selectKeyByHash(this.#sql, hash);
    return { key, pool: { owner, ...this.#poolSummary() } };
  }

  async createKey(key: NewKey): Promise<KeyEntry> {
    this.#ensureTables();
    keys.insertKey(this.#sql, key);
    log("info", "key_created", { key: key.id });
    const { hash: _, ...entry } = key;
    return { ...entry, version: key.createdAt };
  }

  async listKeys(): Promise<KeyEntry[]> {
    return this.#hasTables ? keys.selectKeys(this.#sql) : [];
  }

  async keyNames(ids: string[]): Promise<Record<string, string>> {
    return this.#hasTables ? keys.selectKeyNames(this.#sql, ids) : {};
  }

  async changeKey(id: string, change: KeyChange): Promise<KeyEntry | null> {
    const before = this.#hasTables ? keys.selectKey(this.#sql, id) : null;
    if (before === null) return null;
    keys.updateKey(this.#sql, before, change, Date.now());
    await this.#tellKeys();
    return keys.selectKey(this.#sql, id);
  }

  async deleteKey(id: string): Promise<boolean> {
    const entry = this.#hasTables ? keys.selectKey(this.#sql, id) : null;
    if (entry === null) return false;
    keys.deleteKey(this.#sql, entry, Date.now());
    log("info", "key_deleted", { key: id });
    await this.#tellKeys();
    return true;
  }

  async addCredentials(given: NewCredential[], isTakeOver: boolean): Promise<AddedCredential[]> {
    this.#ensureTables();
    const added = this.ctx.storage.transactionSync(() => {
      if (isTakeOver) setFact(this.#sql, "taken_over", 1);
      const all = given.map((one): AddedCredential => {
        const known = credentials.selectCredential(this.#sql, "tag", one.tag);
        if (known !== null) return { entry: known, isNew: false };
        credentials.insertCredential(this.#sql, one, Date.now());
        return { entry: this.#required(one.id), isNew: true };
      });
      this.#changed();
      return all;
    });
    log("info", "credentials_added", { count: added.filter(({ isNew }) => isNew).length });
    await this.#push();
    return added;
  }

  async listCredentials({ limit, after }: CredentialQuery): ReturnType<Contract["listCredentials"]> {
    if (!this.#hasTables) return after === null ? { entries: [], hasMore: false } : null;
    const seq = after === null ? 0 : credentials.selectSeq(this.#sql, after);
    if (seq === null) return null;
    const entries = credentials.selectCredentials(this.#sql, seq, limit + 1);
    return { entries: entries.slice(0, limit), hasMore: entries.length > limit };
  }

  async changeCredential(id: string, change: CredentialChange): Promise<CredentialEntry | null> {
    if (!this.#hasTables || credentials.selectCredential(this.#sql, "id", id) === null) return null;
    this.ctx.storage.transactionSync(() => {
      credentials.updateCredential(this.#sql, id, change);
      this.#changed();
    });
    await this.#push();
    return this.#required(id);
  }

  async removeCredential(id: string): Promise<boolean> {
    if (!this.#hasTables) return false;
    const isRemoved = this.ctx.storage.transactionSync(() => {
      if (!credentials.deleteCredential(this.#sql, id)) return false;
      this.#changed();
      return true;
    });
    if (!isRemoved) return false;
    log("info", "credential_removed", { credential: id });
    await this.#push();
    return true;
  }

  async checkCredential(id: string): Promise<CredentialEntry | null> {
    const sealed = this.#hasTables ? credentials.selectSealedById(this.#sql, id) : null;
    if (sealed === null) return null;
    const checked = await (await this.#asking()).check(sealed);
    log("info", "credential_checked", { session: sealed.label, alive: checked.isAlive, code: checked.error?.code });
    credentials.updateChecked(this.#sql, id, checked);
    await this.#tellChecks();
    return credentials.selectCredential(this.#sql, "id", id);
  }

  async members(): Promise<PoolMembers> {
    if (!this.#hasTables) return { version: 0, members: [] };
    return { version: selectFact(this.#sql, "version"), members: credentials.selectMembers(this.#sql) };
  }

  async claimGifts(): Promise<void> {
    if (!this.#hasTables) return;
    setFact(this.#sql, "claim_after", 0);
    await this.ctx.storage.setAlarm(Date.now());
  }

  async report(report: OwnerReport): Promise<void> {
    this.#ensureTables();
    this.#figures.report(report, Date.now());
  }

  async figures(days: number): ReturnType<Contract["figures"]> {
    if (!this.#hasTables) return { days: [], live: noneLive };
    return { days: this.#figures.days(days, Date.now()), live: this.#figures.live() };
  }

  async counters(): Promise<Counters> {
    return this.#hasTables ? this.#figures.counters() : { ended: [], deadLetters: 0, live: noneLive };
  }

  async liveOwners(): Promise<LiveOwner[]> {
    return this.#hasTables ? this.#figures.liveOwners() : [];
  }

  async noteDeadLetter(message: string, owner: string): Promise<void> {
    this.#ensureTables();
    this.#figures.noteDeadLetter(message, owner, Date.now());
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return this.#hasTables ? this.#figures.deadLetters() : [];
  }

  async replayed(id: string): Promise<DeadLetter | null> {
    return this.#hasTables ? this.#figures.replayed(id, Date.now()) : null;
  }

  /** Gives the members, checks and what has changed of keys to their coordinator, should it not have them, and claims the next gifts. */
  override async alarm(): Promise<void> {
    if (!this.#hasTables) return;
    if (selectFact(this.#sql, "pushed") < selectFact(this.#sql, "version")) await this.#push();
    await this.#tellChecks();
    await this.#tellKeys();
    const after = selectFact(this.#sql, "claim_after");
    if (after >= 0) await this.#claimSome(after);
  }

  async #claimSome(after: number): Promise<void> {
    const next = credentials.selectSealed(this.#sql, after, claimedAtOnce);
    const last = next.at(-1)?.seq ?? -1;
    // Before the calls: one that breaks off is not repeated, the gift of tomorrow is.
    setFact(this.#sql, "claim_after", last);
    if (last >= 0) await this.ctx.storage.setAlarm(Date.now() + claimPauseMs);
    const asking = await this.#asking();
    await Promise.all(
      next.map(async ({ id, seq: _, ...sealed }) => {
        const claimed = await asking.claim(sealed).catch(() => null);
        if (claimed === null) return;
        const { received, error } = claimed;
        log(error === null ? "info" : "warn", "gift_claimed", { session: sealed.label, received, code: error?.code });
        credentials.updateClaimed(this.#sql, id, claimed);
      }),
    );
  }

  /** The members have changed: within the transaction of the change. */
  #changed(): void {
    // Above every earlier one, also should the registry have lost its storage.
    setFact(this.#sql, "version", Math.max(selectFact(this.#sql, "version") + 1, Date.now()));
    this.#summary = null;
  }

  /**
   * Before anything is told: what fails, or breaks off, is told again by the alarm. One that is set for an earlier moment
   * does that, too.
   */
  async #setAlarm(): Promise<void> {
    const at = Date.now() + pushAgainMs;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  /** What fails is tried again by the alarm: tasks may wait for the change, with no later call that tells of it. */
  async #push(): Promise<void> {
    await this.#setAlarm();
    const members = await this.members();
    if (await this.#tell("members", members)) setFact(this.#sql, "pushed", members.version);
  }

  /** One after the other: of two results of a credential, the coordinator keeps the one that comes last. */
  #tellChecks(): Promise<void> {
    const tell = () => this.#tellUntoldChecks();
    this.#checksTold = this.#checksTold.then(tell, tell);
    return this.#checksTold;
  }

  /** What fails is tried again by the alarm, and so is a check of members that the coordinator does not have yet. */
  async #tellUntoldChecks(): Promise<void> {
    const untold = credentials.selectUntoldChecks(this.#sql);
    if (untold.length > 0) await this.#setAlarm();
    for (const { id, tag, text, checked } of untold) {
      if (selectFact(this.#sql, "pushed") < selectFact(this.#sql, "version")) return;
      const { isAlive, error, balance } = checked;
      if (!(await this.#tell("checked", { tag, isAlive, error, credits: balance?.total ?? null }))) return;
      credentials.setCheckTold(this.#sql, { id, text });
    }
  }

  /** What fails is tried again by the alarm: of a deleted key no later call would tell. */
  async #tellKeys(): Promise<void> {
    const untold = keys.selectUntold(this.#sql);
    if (untold.length > 0) await this.#setAlarm();
    for (const key of untold) {
      if (!(await this.#tell("key", key))) return;
      keys.setTold(this.#sql, key.id, key.version);
    }
  }

  async #owner(): Promise<string> {
    const present = await poolOwner(await sealFor(this.#config));
    return this.#hasTables ? keptOwner(this.#sql, present) : present;
  }

  #tell<K extends keyof PoolCalls>(kind: K, given: PoolCalls[K]["given"]): Promise<boolean> {
    return tell(this.env.COORDINATOR, this.#owner(), kind, given);
  }

  /**
   * SECRET_KEY was replaced: with the next replacement, what the former one sealed could be read no more. Never rejects:
   * without a registry that starts there is no pool.
   */
  async #reseal(): Promise<void> {
    try {
      if ((await reseal(this.#sql, await sealFor(this.#config))) === 0) return;
      this.#changed();
      await this.ctx.storage.setAlarm(Date.now());
    } catch (error) {
      log("error", "credentials_not_resealed", { error });
    }
  }

  #poolSummary(): Omit<PoolSummary, "owner"> {
    this.#summary ??= {
      version: selectFact(this.#sql, "version"),
      places: credentials.selectPlaces(this.#sql),
      isTakenOver: selectFact(this.#sql, "taken_over") === 1,
    };
    return this.#summary;
  }

  async #asking(): Promise<Asking> {
    return new Asking(await sealFor(this.#config), this.#config);
  }

  #required(id: string): CredentialEntry {
    const entry = credentials.selectCredential(this.#sql, "id", id);
    if (entry === null) throw new Error(`The registry has no credential ${id}.`);
    return entry;
  }

  #ensureTables(): void {
    if (this.#hasTables) return;
    createTables(this.#sql);
    setFact(this.#sql, "claim_after", -1);
    this.#hasTables = true;
  }
}

const noneLive = { waiting: 0, running: 0, waitingSince: null, owners: 0 };
