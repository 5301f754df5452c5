/** How far a run is, as one line: drawn again and again on a terminal, else a line every few seconds. */
import { plainProgressMs } from "./limits.ts";

export type Standing = { total: number; completed: number; failed: number; running: number; etaSeconds: number | null };

type Screen = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };

export type Progress = { show(standing: Standing): void; note(text: string): void; end(): void };

export function createProgress(screen: Screen, now: () => number): Progress {
  const isTerminal = screen.isTTY === true;
  let begun: { at: number; ended: number } | null = null;
  let line = "";
  let shownAt = Number.NEGATIVE_INFINITY;
  const clear = () => line !== "" && isTerminal && screen.write("\r\x1b[2K");
  return {
    show(standing) {
      const ended = standing.completed + standing.failed;
      begun ??= { at: now(), ended };
      const perMinute = ((ended - begun.ended) * 60_000) / Math.max(1, now() - begun.at);
      const text = textOf(standing, perMinute);
      if (text === line || (!isTerminal && now() - shownAt < plainProgressMs)) return;
      clear();
      line = text;
      shownAt = now();
      screen.write(isTerminal ? fitted(`${barOf(standing)} ${text}`, screen.columns) : `${text}\n`);
    },
    note(text) {
      clear();
      line = "";
      screen.write(`${text}\n`);
    },
    end() {
      if (line !== "" && isTerminal) screen.write("\n");
      line = "";
    },
  };
}

/** `312 of 1,000 · 3 failed · 5 running · 42 a minute · 16 min left`. Pure. */
export function textOf({ total, completed, failed, running, etaSeconds }: Standing, perMinute: number): string {
  const left = total - completed - failed;
  const seconds = etaSeconds ?? (perMinute > 0 ? (left / perMinute) * 60 : null);
  return [
    `${(completed + failed).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(perMinute > 0 ? [`${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`] : []),
    ...(left > 0 && seconds !== null ? [`${durationOf(seconds)} left`] : []),
  ].join(" · ");
}

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

const barCells = 24;

function barOf({ total, completed, failed }: Standing): string {
  const full = total === 0 ? barCells : Math.floor(((completed + failed) / total) * barCells);
  return "█".repeat(full) + "░".repeat(barCells - full);
}

/** A line that wraps could not be drawn over. */
const fitted = (text: string, columns: number | undefined): string => text.slice(0, (columns || 80) - 1);
