/** Tasks of each owner that have not ended, as its coordinator told them last. One function per statement. */
import type { AllLive, OwnerReport } from "#shared/task/figures.ts";
import type { LiveOwner } from "#shared/task/registry.ts";

type Sql = DurableObjectStorage["sql"];

/** An older report, which comes late, changes nothing. An owner without tasks keeps its row for that. */
export const setLive = (sql: Sql, { owner, at, live }: OwnerReport): void => {
  const { waiting, running, waitingSince, firstTaskAt } = live;
  sql.exec(
    `INSERT INTO live_owners (owner, told_at, waiting, running, waiting_since, first_task_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (owner) DO UPDATE
     SET told_at = ?2, waiting = ?3, running = ?4, waiting_since = ?5, first_task_at = ?6 WHERE told_at <= ?2`,
    ...[owner, at, waiting, running, waitingSince, firstTaskAt],
  );
};

export const sumLive = (sql: Sql): AllLive =>
  sql
    .exec<AllLive>(
      `SELECT COUNT(*) AS owners, COALESCE(SUM(waiting), 0) AS waiting, COALESCE(SUM(running), 0) AS running,
       MIN(waiting_since) AS waitingSince FROM live_owners WHERE waiting + running > 0`,
    )
    .one();

/** Those with tasks; the one with the oldest first. */
export const selectLiveOwners = (sql: Sql): LiveOwner[] =>
  sql
    .exec<LiveOwner>(
      `SELECT owner, first_task_at AS firstTaskAt FROM live_owners WHERE first_task_at IS NOT NULL
       ORDER BY first_task_at, owner`,
    )
    .toArray();

/** Those without tasks that told so before a moment, and all that told nothing since another; Unix milliseconds. */
export const deleteLive = (sql: Sql, { idleBefore, allBefore }: { idleBefore: number; allBefore: number }): void => {
  sql.exec(
    "DELETE FROM live_owners WHERE told_at < ? OR (told_at < ? AND waiting + running = 0)",
    allBefore,
    idleBefore,
  );
};
