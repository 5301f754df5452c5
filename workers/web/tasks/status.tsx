/** How a running work stands: in words, counting down between what the server says, and as a bar. */

import { useRef } from "preact/hooks";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { picturesOf } from "#web/state/pictures.ts";
import { phaseOf, type Work } from "#web/state/task.ts";
import { now } from "./clock.ts";
import { progressAt, secondsLeft } from "./progress.ts";

export function Status({ work }: { work: Work }) {
  const w = words(taskMessages);
  const left = timeLeft(work);
  return (
    <p class="card-status">
      <span class="pulse" aria-hidden="true" />
      <span>{stateOf(work)}</span>
      {left !== null && (
        <span class="card-left">{left >= 100 ? w.minutesLeft(Math.round(left / 60)) : w.secondsLeft(left)}</span>
      )}
    </p>
  );
}

export function ProgressBar({ work, label }: { work: Work; label: string }) {
  const w = words(taskMessages);
  // What was shown once is not taken back: a forecast may turn out to have been too bold.
  const most = useRef(0);
  const { view, heardAt } = work;
  most.current = Math.max(most.current, view === null ? 0 : progressAt(view, heardAt, now.value));
  const percent = Math.round(most.current);
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label={w.progress(label)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} %`}
    >
      <span class="bar-fill" style={{ transform: `scaleX(${(most.current / 100).toFixed(4)})` }} />
    </div>
  );
}

function stateOf(work: Work): string {
  const w = words(taskMessages);
  const { view, cancel } = work;
  if (cancel !== null) return w.cancelling;
  if (phaseOf(work) === "sending") return w.sending;
  if (view === null || view.status === "pending") {
    return view?.queue_position === undefined ? w.waiting : w.inLine(view.queue_position);
  }
  const there = picturesOf(work).length;
  if (there > 0) return w.ready(there, Math.max(there, work.frame.count));
  return view.queue_position === undefined ? w.making : w.inQueue(view.queue_position);
}

function timeLeft({ view, heardAt, cancel }: Work): number | null {
  return view === null || cancel !== null ? null : secondsLeft(view, heardAt, now.value);
}
