/** The figures of the whole server, from the reports of its coordinators, and its dead letters. */
import { nanoid } from "nanoid";
import { dayMs, deadLettersKept, liveKeptMs, sumsKeptMs, toldKeptMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import { type AllLive, type DayTotals, type OwnerReport, totals } from "#shared/task/figures.ts";
import type { Counters, DeadLetter, LiveOwner } from "#shared/task/registry.ts";
import { utc } from "#shared/task/utc.ts";
import * as letters from "./dead-letters.ts";
import * as live from "./live-owners.ts";
import { selectFact, setFact } from "./tables.ts";
import * as rows from "./totals.ts";

export class Figures {
  readonly #storage: DurableObjectStorage;
  readonly #sql: DurableObjectStorage["sql"];

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  report(report: OwnerReport, now: number): void {
    this.#storage.transactionSync(() => {
      this.#deleteExpired(now);
      for (const day of report.days) this.#count(report.owner, day, now);
      live.setLive(this.#sql, report);
    });
  }

  days(count: number, now: number): DayTotals[] {
    return rows.selectSumsSince(this.#sql, utc.dayOf(now - (count - 1) * dayMs));
  }

  live(): AllLive {
    return live.sumLive(this.#sql);
  }

  counters(): Counters {
    const ended = rows.selectSumsOfAllTime(this.#sql).map(({ day: _, ...sum }) => sum);
    return { ended, deadLetters: selectFact(this.#sql, "dead_letters"), live: this.live() };
  }

  liveOwners(): LiveOwner[] {
    return live.selectLiveOwners(this.#sql);
  }

  noteDeadLetter(message: string, owner: string, now: number): void {
    this.#storage.transactionSync(() => {
      if (!letters.insertDeadLetter(this.#sql, { id: `dead_${nanoid()}`, message, owner, at: now })) return;
      letters.deleteOldDeadLetters(this.#sql, deadLettersKept);
      setFact(this.#sql, "dead_letters", selectFact(this.#sql, "dead_letters") + 1);
    });
  }

  deadLetters(): DeadLetter[] {
    return letters.selectDeadLetters(this.#sql);
  }

  replayed(id: string, now: number): DeadLetter | null {
    return letters.setReplayed(this.#sql, id, now);
  }

  /** Counts the new part. Totals only grow: those that are not above the last ones are an older report. */
  #count(owner: string, given: DayTotals, now: number): void {
    if (given.day < utc.dayOf(now - toldKeptMs)) {
      log("warn", "totals_too_late", { owner, day: given.day, tasks: given.totals.tasks });
      return;
    }
    const told = rows.selectTold(this.#sql, owner, given) ?? totals.none();
    if (given.totals.tasks <= told.tasks) return;
    rows.setTold(this.#sql, owner, given);
    const isNew = totals.minus(given.totals, told);
    for (const day of [given.day, null]) {
      const sum = rows.selectSum(this.#sql, given, day) ?? totals.none();
      rows.setSum(this.#sql, given, day, totals.plus(sum, isNew));
    }
  }

  /** Once a day. */
  #deleteExpired(now: number): void {
    const today = Math.floor(now / dayMs);
    if (selectFact(this.#sql, "expired_on") === today) return;
    setFact(this.#sql, "expired_on", today);
    rows.deleteToldBefore(this.#sql, utc.dayOf(now - toldKeptMs));
    rows.deleteSumsBefore(this.#sql, utc.dayOf(now - sumsKeptMs));
    live.deleteLive(this.#sql, { idleBefore: now - toldKeptMs, allBefore: now - liveKeptMs });
  }
}
