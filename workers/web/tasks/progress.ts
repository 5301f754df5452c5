/** How far a task is at this moment: the server speaks every few seconds, the bar moves in between. Pure. */
import type { TaskView } from "#shared/wire/task.ts";

/** Never promises the end: only the server says 100. */
const almost = 98;
/** Without a forecast the bar creeps: after this many seconds it has gone half of what is left to `driftPoints`. */
const driftHalfLifeSeconds = 20;
const driftPoints = 6;

/** Per cent, with fractions. */
export function progressAt(view: Pick<TaskView, "status" | "progress" | "eta_seconds">, heardAt: number, now: number) {
  const { status, progress, eta_seconds: eta } = view;
  if (status !== "processing" || progress >= 100) return progress;
  const elapsed = Math.max(0, now - heardAt) / 1000;
  const ahead =
    eta === undefined || eta <= 0
      ? driftPoints * (1 - 2 ** (-elapsed / driftHalfLifeSeconds))
      : ((100 - progress) * elapsed) / eta;
  return Math.max(progress, Math.min(almost, progress + ahead));
}

/** Whole seconds left at this moment; null when nobody knows, or when the forecast has run out. */
export function secondsLeft(view: Pick<TaskView, "eta_seconds">, heardAt: number, now: number): number | null {
  if (view.eta_seconds === undefined) return null;
  const left = Math.ceil(view.eta_seconds - Math.max(0, now - heardAt) / 1000);
  return left > 0 ? left : null;
}
