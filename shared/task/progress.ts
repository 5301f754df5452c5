/**
 * The progress of a task as a whole number that never falls: 0 until the upstream accepted it, 100 when it is
 * completed. In between the greater of elapsed time against the forecast and stored images against planned ones. Pure.
 */
import { slowJobSeconds } from "./limits.ts";
import type { Running, Storing, Task } from "./phases.ts";

const accepted = 5;
/** Time alone never exceeds this; a job whose images are being copied starts here. */
const generated = 90;
const stored = 95;

export function progressOf(task: Task, now: number): number {
  return Math.max(task.progress, current(task, now));
}

function current(task: Task, now: number): number {
  switch (task.phase) {
    case "parked":
    case "ready":
    case "uploading":
    case "submitting":
      return 0;
    case "dispatched":
      return Math.floor(
        Math.max(byTime(now - task.phaseSince, slowJobSeconds), byCount(task, task.request.count ?? 1)),
      );
    case "running":
      return Math.floor(
        Math.max(byTime(now - task.acceptedAt, task.forecastSeconds ?? slowJobSeconds), byImages(task)),
      );
    case "storing":
      return Math.floor(Math.max(byImages(task), generated));
    case "completed":
      return 100;
    case "failed":
    case "cancelled":
      return 0;
  }
}

/** At the forecast's end 63 % of the way to `generated`; later it grows ever more slowly. */
function byTime(elapsedMs: number, forecastSeconds: number): number {
  const elapsed = Math.max(0, elapsedMs) / 1000 / Math.max(1, forecastSeconds);
  return accepted + (generated - accepted) * (1 - Math.exp(-elapsed));
}

const byImages = (task: Running | Storing): number => byCount(task, task.planned ?? 0);

const byCount = ({ images }: Pick<Running, "images">, planned: number): number =>
  planned === 0 ? 0 : accepted + (stored - accepted) * Math.min(1, images.length / planned);

/** Seconds left of the upstream's forecast; null without one. */
export function etaSeconds(task: Task, now: number): number | null {
  if (task.phase === "storing") return 1;
  if (task.phase !== "running" || task.forecastSeconds === null) return null;
  return Math.max(1, Math.ceil(task.forecastSeconds - (now - task.acceptedAt) / 1000));
}
