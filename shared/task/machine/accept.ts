/** The upstream has accepted the job, by its reply to the submit or by a poll that found it. Pure. */
import type { Ready, Running, Submitting } from "#shared/task/phases.ts";
import { enter } from "./changes.ts";

type Answer = { historyId: string | null; forecastSeconds: number | null; planned: number | null };

export function accept(task: Ready | Submitting, answer: Answer, now: number): Running {
  const { historyId, forecastSeconds, planned } = answer;
  return enter(task, "running", now, {
    historyId,
    forecastSeconds,
    planned,
    acceptedAt: now,
    images: [],
    stalledSince: null,
    continues: 0,
    cancel: task.phase === "submitting" ? task.cancel : null,
    queuePosition: null,
    leaseUntil: null,
    unreported: 0,
    lookFailures: null,
    refusals: 0,
    blockedBy: null,
  });
}
