/** What became of all tasks of the last days, and how the queue is now. */
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "#api/http/app.ts";
import { type ErrorCode, errorCodes, errorKind } from "#shared/errors.ts";
import { type Language, languageOf } from "#shared/language.ts";
import { type DayTotals, endStatuses, type Totals, totals } from "#shared/task/figures.ts";
import { registryOf } from "#shared/task/registry.ts";
import type { figuresSchema } from "#shared/wire/administration.ts";
import { queueState } from "./queue.ts";

type Figures = z.infer<typeof figuresSchema>;

export async function figuresOf(c: Context<AppEnv>, count: number): Promise<Figures> {
  const [{ days, live }, queue] = await Promise.all([
    registryOf(c.env.REGISTRY).figures(count),
    queueState(c.env.TASK_QUEUE),
  ]);
  const { waiting, running, waitingSince, owners } = live;
  return {
    object: "admin.figures",
    days: [...Map.groupBy(days, ({ day }) => day)].map(([date, ends]) => dayOf(date, ends)),
    failures: failuresOf(days, languageOf(c.req.header("accept-language"))),
    queue: {
      waiting,
      running,
      oldest_waiting_seconds: secondsSince(waitingSince),
      callers: owners,
      backlog: queue?.backlog ?? null,
    },
  };
}

/** Null: there is no such moment. @param moment Unix milliseconds. */
export const secondsSince = (moment: number | null): number | null =>
  moment === null ? null : Math.max(0, Math.floor((Date.now() - moment) / 1000));

function dayOf(date: string, ends: DayTotals[]): Figures["days"][number] {
  const [completed, failed, cancelled] = endStatuses.map(
    (status) => sumOf(ends.filter((end) => end.status === status)).tasks,
  );
  const { images, imagesByKeys, credits } = sumOf(ends);
  return {
    date,
    ...{ completed: completed ?? 0, failed: failed ?? 0, cancelled: cancelled ?? 0 },
    ...{ images, images_by_keys: imagesByKeys, credits },
  };
}

const sumOf = (ends: DayTotals[]): Totals => ends.reduce((sum, end) => totals.plus(sum, end.totals), totals.none());

/** The most frequent first. */
function failuresOf(days: DayTotals[], language: Language): Figures["failures"] {
  const failed = days.filter(({ status }) => status === "failed");
  return [...Map.groupBy(failed, ({ code }) => knownCode(code))]
    .map(([code, ends]) => ({ code, tasks: sumOf(ends).tasks, hint: errorKind(code).hint[language] }))
    .sort((one, other) => other.tasks - one.tasks);
}

/** A later version may know more codes. */
const knownCode = (code: string): ErrorCode => errorCodes.find((known) => known === code) ?? "internal";
