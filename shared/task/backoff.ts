/**
 * How long to wait before the next look or try. Whole seconds, because the queue's delays are. No jitter: tasks of
 * one session that come due together are looked at in one upstream call, which spreading them out would undo. Pure.
 */
import type { Task } from "./schema.ts";

/** Without a forecast: most images take 12 to 25 seconds (timings seen on the Chinese and US sites, 2026). */
const assumedForecastSeconds = 20;
/** Jobs have finished in about 60 % of their forecast (forecast 23 s, done after 14 s), so looking starts at half. */
const firstLookShare = 0.5;
/** A task nobody asks for is looked at so many times less often. */
const unwatchedTimes = 3;
/** However long the forecast, nobody is left without news for longer than this. */
const maxFirstWaitSeconds = 120;
/** Past twice the forecast nobody knows; the looks get rarer, up to this. */
const maxPaceSeconds = 30;

type Pace = {
  /** Between two looks at a watched task that may be ready. */
  paceSeconds: number;
  /** Somebody asked for the task in the last few seconds. */
  watched: boolean;
};

/** Seconds until the next look at a running job. */
export function pollDelaySeconds(
  task: Pick<Task, "acceptedAt" | "forecastSeconds">,
  now: number,
  { paceSeconds, watched }: Pace,
): number {
  const forecast = Math.max(1, task.forecastSeconds ?? assumedForecastSeconds);
  const elapsed = Math.max(0, now - (task.acceptedAt ?? now)) / 1000;
  const untilFirstLook = forecast * firstLookShare - elapsed;
  if (untilFirstLook > 0) return Math.min(maxFirstWaitSeconds, Math.max(1, Math.round(untilFirstLook)));
  const pace = watched ? paceSeconds : unwatchedTimes * paceSeconds;
  const overdueShare = elapsed / forecast - 2;
  if (overdueShare <= 0) return pace;
  return Math.min(maxPaceSeconds, Math.ceil(pace * (1 + overdueShare)));
}

/** Five calls of a second or two each, with room. */
const uploadCallsSeconds = 60;
/** A poor line: 1.3 MB took 7 to 11 seconds on the Chinese site (2026-01), all calls included. */
const uploadBytesPerSecond = 256 * 1024;

/**
 * How long bringing one reference image to the upstream may take before it counts as lost. Brought twice it costs
 * nothing, so this need not outlast the slowest case.
 */
export const uploadLeaseSeconds = (bytes: number): number =>
  uploadCallsSeconds + Math.ceil(bytes / uploadBytesPerSecond);

/** Seconds before try number `attempt` + 1: doubling from `firstSeconds` up to `maxSeconds`. */
export function backoffSeconds(attempt: number, firstSeconds: number, maxSeconds: number): number {
  return Math.min(maxSeconds, firstSeconds * 2 ** Math.max(0, attempt - 1));
}
