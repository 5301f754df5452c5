/** How far a run is, as one line: drawn again and again on a terminal, else a line every few seconds. */
import { plainProgressMs } from "./limits.ts";

export type Standing = {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  running: number;
  /** Nothing more starts. */
  isPaused: boolean;
  etaSeconds: number | null;
};

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
      const ended = endedOf(standing);
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
export function textOf(standing: Standing, perMinute: number): string {
  const { total, failed, cancelled, running, isPaused, etaSeconds } = standing;
  const left = total - endedOf(standing);
  const seconds = etaSeconds ?? (perMinute > 0 ? (left / perMinute) * 60 : null);
  return [
    `${endedOf(standing).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(perMinute > 0 ? [`${perMinute < 10 ? perMinute.toFixed(1) : Math.round(perMinute)} a minute`] : []),
    ...(left > 0 && isPaused ? ["paused"] : []),
    ...(left > 0 && !isPaused && seconds !== null && seconds > 0 ? [`${durationOf(seconds)} left`] : []),
  ].join(" · ");
}

const endedOf = ({ completed, failed, cancelled }: Standing): number => completed + failed + cancelled;

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

const barCells = 24;

function barOf(standing: Standing): string {
  const { total } = standing;
  const full = total === 0 ? barCells : Math.floor((endedOf(standing) / total) * barCells);
  return "█".repeat(full) + "░".repeat(barCells - full);
}

/** A line that wraps could not be drawn over. */
const fitted = (text: string, columns: number | undefined): string => text.slice(0, (columns || 80) - 1);
