/**
 * Tells the registry the totals and the live tasks of the owner: once a minute at most, while there is something new,
 * right after a transaction or by the alarm; and every day while tasks are live, so that the registry knows that they
 * are. A report that was not taken is made again, with what has changed since.
 */
import { maxReportAgainMs, registryTimeoutMs, reportPauseMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import type { OwnerReport } from "#shared/task/figures.ts";
import { registryOf } from "#shared/task/registry.ts";
import { utc } from "#shared/task/utc.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import type { Batches } from "./batches/batches.ts";
import type { Kept } from "./kept.ts";
import { selectCreation } from "./tables.ts";

type Parts = Pick<Kept, "live" | "totals"> & {
  batches: Pick<Batches, "countWaiting" | "firstWaiting">;
  registry: DurableObjectNamespace;
};

export class Reports {
  readonly #parts: Parts;
  /** When the last one was begun, Unix milliseconds; null: none was since the coordinator woke up. */
  #begunAt: number | null = null;
  /** Failed ones in a row. */
  #failures = 0;
  #underWay: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** When the alarm is needed, Unix milliseconds; null: not for a report. */
  alarmAt(now: number): number | null {
    const at = this.#dueAt(now);
    // A report that is due is made right after the transaction; the alarm stands behind it.
    return at === null || at > now ? at : now + reportPauseMs;
  }

  /** Begins a report, if one is due. @param nameOfOwner where no earlier report has it. */
  tell(now: number, nameOfOwner: () => string): void {
    const dueAt = this.#dueAt(now);
    if (dueAt === null || dueAt > now || this.#underWay !== null) return;
    this.#begunAt = now;
    const owner = this.#parts.totals.told()?.owner ?? nameOfOwner();
    this.#underWay = this.#tell(owner, now).finally(() => {
      this.#underWay = null;
    });
  }

  /** After the report that is under way. Never rejects. */
  async ended(): Promise<void> {
    await this.#underWay;
  }

  #dueAt(now: number): number | null {
    const { totals } = this.#parts;
    const told = totals.told();
    const live = this.#live(now);
    if ((told?.live ?? "") === live && (told?.version ?? 0) === totals.version()) {
      return live === "" ? null : utc.nextDayAt(now);
    }
    return this.#begunAt === null ? now : this.#begunAt + pauseMs(this.#failures);
  }

  async #tell(owner: string, now: number): Promise<void> {
    const { totals, registry } = this.#parts;
    try {
      const told = { owner, version: totals.version(), live: this.#live(now) };
      const report = this.#report(owner, now);
      await withTimeout(registryOf(registry).report(report), registryTimeoutMs);
      totals.setTold(told);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      log("warn", "report_not_taken", { owner, error });
    }
  }

  #report(owner: string, now: number): OwnerReport {
    const { totals, live, batches } = this.#parts;
    const { waiting, running } = live.counts();
    const createdAt = (id: string | null) => (id === null ? null : selectCreation(live.sql, id));
    const since = [createdAt(live.firstParked()), batches.firstWaiting()?.createdAt ?? null].filter(
      (at) => at !== null,
    );
    return {
      owner,
      at: now,
      days: totals.after(totals.told()?.version ?? 0),
      live: {
        ...{ waiting: waiting + batches.countWaiting(), running },
        waitingSince: since.length === 0 ? null : Math.min(...since),
        firstTaskAt: createdAt(live.first()),
      },
    };
  }

  /** Differs whenever the live tasks do, and every day; empty: there are none. */
  #live(now: number): string {
    const { live, batches } = this.#parts;
    const { waiting, running } = live.counts();
    const inBatches = batches.countWaiting();
    if (waiting + running + inBatches === 0) return "";
    const firsts = [live.first(), live.firstParked(), batches.firstWaiting()?.id];
    return JSON.stringify([utc.dayOf(now), waiting, running, inBatches, ...firsts]);
  }
}

const pauseMs = (failures: number): number =>
  backoffSeconds(failures, reportPauseMs / 1000, maxReportAgainMs / 1000) * 1000;
