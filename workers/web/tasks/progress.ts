/** The progress of a task now. The server sends it every few seconds; the bar moves in between. Pure. */
import type { TaskView } from "#shared/wire/task.ts";

/** Per cent. Only the server sends 100. */
const maxEstimatedPercent = 98;
/** Without an `eta_seconds` the bar drifts: after this time by half of `driftPoints` per cent. */
const driftHalfLifeSeconds = 20;
const driftPoints = 6;

/** @returns per cent, with fractions. */
export function progressAt(view: Pick<TaskView, "status" | "progress" | "eta_seconds">, heardAt: number, now: number) {
  const { status, progress, eta_seconds: eta } = view;
  if (status !== "processing" || progress >= 100) return progress;
  const elapsed = Math.max(0, now - heardAt) / 1000;
  const ahead =
    eta === undefined || eta <= 0
      ? driftPoints * (1 - 2 ** (-elapsed / driftHalfLifeSeconds))
      : ((100 - progress) * elapsed) / eta;
  return Math.max(progress, Math.min(maxEstimatedPercent, progress + ahead));
}

/** @returns whole seconds left; null without an `eta_seconds`, or once it has passed. */
export function secondsLeft(view: Pick<TaskView, "eta_seconds">, heardAt: number, now: number): number | null {
  if (view.eta_seconds === undefined) return null;
  const left = Math.ceil(view.eta_seconds - Math.max(0, now - heardAt) / 1000);
  return left > 0 ? left : null;
}
