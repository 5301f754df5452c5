/**
 * How long this owner's jobs took, by what they have in common, to time the first look at the next one. The upstream's
 * own forecast is far too long (23 s for jobs of 14 s).
 */
import * as z from "zod";
import { durationsKept, firstLookDeviations, maxLateSeconds, usualSpread } from "#consumer/limits.ts";
import type { Observation } from "#shared/task/events.ts";
import type { Task } from "#shared/task/phases.ts";

type Sql = DurableObjectStorage["sql"];
type Like = Pick<Task, "request" | "inputs">;

const durationsSchema = z.array(z.number());

const kindOf = ({ request, inputs }: Like): string =>
  [request.model, request.resolution, request.asked ?? "", inputs.length > 0 ? "edit" : ""].join(" ");

function select(sql: Sql, kind: string): number[] {
  const row = sql.exec<{ body: string }>("SELECT body FROM durations WHERE kind = ?", kind).toArray()[0];
  return row === undefined ? [] : durationsSchema.parse(JSON.parse(row.body));
}

/** Learns from a report that the job of a task ended. */
export function noteDuration(sql: Sql, task: Task, seen: Observation, now: number): void {
  if (seen.kind !== "generated" || task.phase !== "running") return;
  const elapsed = (now - task.acceptedAt) / 1000;
  // By the upstream's clock, which knows the end better; but never longer than it was waited for.
  learnDuration(sql, task, Math.min(elapsed, seen.tookSeconds ?? elapsed));
}

/** @param seconds from the acceptance of the job to its end. */
export function learnDuration(sql: Sql, task: Like, seconds: number): void {
  const kind = kindOf(task);
  const durations = [...select(sql, kind), seconds].slice(-durationsKept);
  sql.exec("INSERT OR REPLACE INTO durations (kind, body) VALUES (?, ?)", kind, JSON.stringify(durations));
}

/**
 * When the first look at such a job is worth it, seconds after its acceptance: not long after the fastest are done, so
 * that no caller waits long, and not much before most are. Null when no such job was seen.
 */
export function firstLookSeconds(sql: Sql, task: Like): number | null {
  const durations = select(sql, kindOf(task));
  if (durations.length === 0) return null;
  const mean = sum(durations) / durations.length;
  // One more job of usual spread, so that few jobs do not seem more alike than they are.
  const squares = durations.map((seconds) => (seconds - mean) ** 2);
  const deviation = Math.sqrt((sum(squares) + (usualSpread * mean) ** 2) / durations.length);
  return Math.min(mean - firstLookDeviations * deviation, Math.min(...durations) + maxLateSeconds);
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
