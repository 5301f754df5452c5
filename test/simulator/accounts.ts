// Accounts: session, balance and ledger of each. Demo sessions exist from the start; the controls add others. Of jobs
// only the ids are stored, in the ledger.

import { createHash } from "node:crypto";
import type { Clock } from "./clock.ts";
import { type Cluster, clusters, isCluster } from "./region.ts";
import { type SessionScenario, sessionScenarioIn } from "./session-words.ts";
import type { Settings } from "./settings.ts";

export type Account = {
  session: string;
  cluster: Cluster;
  uid: string;
  /** Spent before bought credits. */
  giftCredits: number;
  /** When the rest of the gift expires, in Unix seconds of real time. */
  giftEndsAt: number;
  /** The Beijing day of the last claim, as the Unix second at which it ends. */
  claimedUntil: number | undefined;
  preferences: Preferences;
  boughtCredits: number;
  concurrency: number;
  scenario: SessionScenario | undefined;
  /** The largest number of jobs that ran at once. */
  maxConcurrent: number;
  ledger: LedgerEntry[];
};

/** The upstream's field names. */
export type Preferences = {
  aigc_compliance_confirmed: boolean;
  close_watermark: boolean;
  work_sharing_allowed: boolean;
};

export type LedgerEntry = {
  amount: number;
  kind: "gain" | "spend";
  title: string;
  visibleAtMs: number;
  createdRealMs: number;
  historyId: string;
  submitId: string;
};

export type NewAccount = {
  session: string;
  cluster: Cluster;
  credits?: number | undefined;
  concurrency?: number | undefined;
  scenario?: SessionScenario | undefined;
};

export type Accounts = {
  /** Creates a demo account when its session is first seen. */
  find(session: string): Account | undefined;
  byUid(uid: string): Account | undefined;
  add(account: NewAccount): Account;
  all(): Account[];
  clear(): void;
};

/** Credits a day, Jimeng's gift for years; the rest of a balance counts as bought. */
const dailyGift = 66;
const msPerSecond = 1000;
const secondsPerDay = 86_400;
const beijingOffsetSeconds = 8 * 3600;

export function createAccounts(clock: Clock, settings: () => Settings, remembered: readonly Account[] = []): Accounts {
  const bySession = new Map(remembered.map((account) => [account.session, account]));

  function add(wanted: NewAccount): Account {
    const credits = wanted.credits ?? creditsOf(wanted.scenario) ?? settings().defaultCredits;
    const giftCredits = Math.min(credits, dailyGift);
    const giftEndsAt = endOfBeijingDay(clock.realMs());
    const account: Account = {
      session: wanted.session,
      cluster: wanted.cluster,
      uid: uidOf(wanted.session),
      giftCredits,
      giftEndsAt,
      claimedUntil: wanted.scenario === "claimed" ? giftEndsAt : undefined,
      preferences: {
        aigc_compliance_confirmed: wanted.scenario !== "unconfirmed",
        close_watermark: false,
        work_sharing_allowed: true,
      },
      boughtCredits: credits - giftCredits,
      concurrency: wanted.concurrency ?? (wanted.scenario === "single" ? 1 : settings().defaultConcurrency),
      scenario: wanted.scenario,
      maxConcurrent: 0,
      ledger: [],
    };
    bySession.set(account.session, account);
    return account;
  }

  function find(session: string): Account | undefined {
    const existing = bySession.get(session);
    if (existing) expireGift(existing, clock);
    if (existing) return existing;
    const demo = demoAccount(session);
    return demo && add(demo);
  }

  return {
    find,
    byUid: (uid) => [...bySession.values()].find((account) => account.uid === uid),
    add,
    all: () => [...bySession.values()],
    clear: () => bySession.clear(),
  };
}

/** Expires the gift once its day is over; call it before reading a balance. */
export function expireGift(account: Account, clock: Clock): void {
  if (clock.realMs() / msPerSecond > account.giftEndsAt) account.giftCredits = 0;
}

/** 23:59:59 in Beijing as Unix seconds; gifts of every cluster expire then. */
export function endOfBeijingDay(realMs: number): number {
  const beijingSeconds = Math.floor(realMs / msPerSecond) + beijingOffsetSeconds;
  const nextDay = (Math.floor(beijingSeconds / secondsPerDay) + 1) * secondsPerDay;
  return nextDay - 1 - beijingOffsetSeconds;
}

export function balanceOf(account: Account): number {
  return account.giftCredits + account.boughtCredits;
}

export type Movement = {
  amount: number;
  title: string;
  historyId: string;
  submitId: string;
};

export function debit(account: Account, movement: Movement, clock: Clock, settings: Settings): void {
  const fromGift = Math.min(account.giftCredits, movement.amount);
  account.giftCredits -= fromGift;
  account.boughtCredits -= movement.amount - fromGift;
  write(account, { ...movement, kind: "spend" }, clock, settings);
}

export function credit(account: Account, movement: Movement, clock: Clock, settings: Settings): void {
  expireGift(account, clock);
  account.giftCredits += movement.amount;
  // Refunds and claims count as today's gift.
  account.giftEndsAt = endOfBeijingDay(clock.realMs());
  write(account, { ...movement, kind: "gain" }, clock, settings);
}

function write(account: Account, entry: Movement & Pick<LedgerEntry, "kind">, clock: Clock, settings: Settings): void {
  if (entry.amount === 0) return;
  account.ledger.push({
    ...entry,
    visibleAtMs: clock.nowMs() + settings.ledgerDelaySeconds * msPerSecond,
    createdRealMs: clock.realMs(),
  });
}

/** `demo-sg`, `demo-us-2`, `demo-cn-nocredit`, … */
function demoAccount(session: string): NewAccount | undefined {
  const [demo, named, ...rest] = session.split("-");
  if (demo !== "demo" || !isCluster(named)) return undefined;
  const scenario = sessionScenarioIn(rest.join("-"));
  return { session, cluster: scenario === "moved" ? clusters[named].movedTo : named, scenario };
}

function creditsOf(scenario: SessionScenario | undefined): number | undefined {
  const oneJobOfFour = 4;
  if (scenario === "nocredit") return 0;
  if (scenario === "lowcredit") return oneJobOfFour;
  return undefined;
}

/** 16 digits, as upstream. */
function uidOf(session: string): string {
  const digits = BigInt(`0x${createHash("md5").update(session).digest("hex")}`).toString();
  return `1${digits.padStart(15, "0").slice(-15)}`;
}
