/**
 * The delay until the next poll. Whole seconds, like the queue's delays. No jitter: tasks of one session that are due
 * together share one upstream call, which jitter would prevent. Pure.
 */
import { firstPollShare, maxFirstPollSeconds, maxPaceSeconds, unwatchedFactor, usualJobSeconds } from "./limits.ts";
import type { Running } from "./phases.ts";

type Pace = {
  /** Between two polls of a watched task that may be done. */
  paceSeconds: number;
  /** A caller polled the task in the last seconds. */
  watched: boolean;
  /** When the first look is worth it, seconds after the acceptance, learnt from such jobs; null: by the forecast. */
  firstLookSeconds: number | null;
};

/** Seconds until the next poll of a running job. */
export function pollDelaySeconds(
  task: Pick<Running, "acceptedAt" | "forecastSeconds">,
  now: number,
  { paceSeconds, watched, firstLookSeconds }: Pace,
): number {
  const forecast = Math.max(1, task.forecastSeconds ?? usualJobSeconds);
  const elapsed = Math.max(0, now - task.acceptedAt) / 1000;
  const untilFirstPoll =
    firstLookSeconds === null ? Math.round(forecast * firstPollShare - elapsed) : firstLookSeconds - elapsed;
  if (untilFirstPoll > 0) return Math.min(maxFirstPollSeconds, Math.max(1, untilFirstPoll));
  const pace = watched ? paceSeconds : unwatchedFactor * paceSeconds;
  const overdueShare = elapsed / forecast - 2;
  if (overdueShare <= 0) return pace;
  return Math.min(maxPaceSeconds, Math.ceil(pace * (1 + overdueShare)));
}
