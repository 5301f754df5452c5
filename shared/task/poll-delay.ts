/**
 * The delay until the next poll. No jitter: tasks of one session that are due together share one upstream call, which
 * jitter would prevent. Pure.
 */
import {
  earlyFactor,
  firstPollShare,
  maxFirstPollSeconds,
  maxPaceSeconds,
  usualJobSeconds,
  usualShare,
} from "./limits.ts";
import type { Running } from "./phases.ts";

type Pace = {
  /** Between two polls of a task that may be done. */
  paceSeconds: number;
  /** When the first look is worth it, seconds after the acceptance, learnt from such jobs; null: by the forecast. */
  firstLookSeconds: number | null;
};

/** Seconds until the next poll of a running job. */
export function pollDelaySeconds(
  task: Pick<Running, "acceptedAt" | "forecastSeconds">,
  now: number,
  { paceSeconds, firstLookSeconds }: Pace,
): number {
  const forecast = Math.max(1, task.forecastSeconds ?? usualJobSeconds);
  const elapsed = Math.max(0, now - task.acceptedAt) / 1000;
  const untilFirstPoll =
    firstLookSeconds === null ? Math.round(forecast * firstPollShare - elapsed) : firstLookSeconds - elapsed;
  if (untilFirstPoll > 0) return Math.min(maxFirstPollSeconds, Math.max(1, untilFirstPoll));
  if (firstLookSeconds === null && elapsed < usualShare * forecast) return earlyFactor * paceSeconds;
  const overdueShare = elapsed / forecast - 2;
  if (overdueShare <= 0) return paceSeconds;
  return Math.min(maxPaceSeconds, Math.ceil(paceSeconds * (1 + overdueShare)));
}
