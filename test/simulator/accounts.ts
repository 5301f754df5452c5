// Who may call, and what they own: sessions, balances, the ledger. Demo sessions exist from the start,
// any other value has to be added. Knows nothing of jobs but the ids it writes in the ledger.

import { createHash } from "node:crypto";
import type { Clock } from "./clock.ts";
import { type Cluster, isCluster } from "./region.ts";
import { type SessionScenario, sessionScenarioIn } from "./scenarios.ts";
import type { Settings } from "./settings.ts";

export type Account = {
  session: string;
  cluster: Cluster;
  uid: string;
  /** Spent before what was bought. */
  giftCredits: number;
  boughtCredits: number;
  concurrency: number;
  scenario: SessionScenario | undefined;
  /** The most jobs this account ever had running. */
  maxConcurrent: number;
  ledger: LedgerEntry[];
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
  /** Makes a demo account the first time its session is seen. */
  find(session: string): Account | undefined;
  add(account: NewAccount): Account;
  all(): Account[];
  clear(): void;
};

/** Jimeng gave this much a day for long; the rest of a balance counts as bought. */
const dailyGift = 66;

export function createAccounts(settings: () => Settings, remembered: readonly Account[] = []): Accounts {
  const bySession = new Map(remembered.map((account) => [account.session, account]));

  function add(wanted: NewAccount): Account {
    const credits = wanted.credits ?? creditsOf(wanted.scenario) ?? settings().defaultCredits;
    const giftCredits = Math.min(credits, dailyGift);
    const account: Account = {
      session: wanted.session,
      cluster: wanted.cluster,
      uid: uidOf(wanted.session),
      giftCredits,
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
    if (existing) return existing;
    const demo = demoAccount(session);
    return demo && add(demo);
  }

  return {
    find,
    add,
    all: () => [...bySession.values()],
    clear: () => bySession.clear(),
  };
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
  account.giftCredits += movement.amount;
  write(account, { ...movement, kind: "gain" }, clock, settings);
}

function write(account: Account, entry: Movement & Pick<LedgerEntry, "kind">, clock: Clock, settings: Settings): void {
  if (entry.amount === 0) return;
  const msPerSecond = 1000;
  account.ledger.push({
    ...entry,
    visibleAtMs: clock.nowMs() + settings.ledgerDelaySeconds * msPerSecond,
    createdRealMs: clock.realMs(),
  });
}

/** `demo-sg`, `demo-us-2`, `demo-cn-nocredit`, … */
function demoAccount(session: string): NewAccount | undefined {
  const [demo, cluster, ...rest] = session.split("-");
  if (demo !== "demo" || !isCluster(cluster)) return undefined;
  return { session, cluster, scenario: sessionScenarioIn(rest.join("-")) };
}

function creditsOf(scenario: SessionScenario | undefined): number | undefined {
  const oneJobOfFour = 4;
  if (scenario === "nocredit") return 0;
  if (scenario === "lowcredit") return oneJobOfFour;
  return undefined;
}

/** Real ones have 16 digits. */
function uidOf(session: string): string {
  const digits = BigInt(`0x${createHash("md5").update(session).digest("hex")}`).toString();
  return `1${digits.padStart(15, "0").slice(-15)}`;
}
