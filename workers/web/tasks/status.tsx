/** The state of a running task as a text with the time left, and its progress bar. */

import { useRef } from "preact/hooks";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf } from "#web/state/images.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { now } from "./clock.ts";
import { progressAt, secondsLeft } from "./progress.ts";

export function Status({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const left = timeLeft(task);
  return (
    <p class="card-status">
      <span class="pulse" aria-hidden="true" />
      <span>{stateOf(task)}</span>
      {left !== null && (
        <span class="card-left">{left >= 100 ? t.minutesLeft(Math.round(left / 60)) : t.secondsLeft(left)}</span>
      )}
    </p>
  );
}

export function ProgressBar({ task, label }: { task: Task; label: string }) {
  const t = messages(taskMessages);
  // The bar never moves back, even when an estimate was too high.
  const max = useRef(0);
  const { view, heardAt } = task;
  max.current = Math.max(max.current, view === null ? 0 : progressAt(view, heardAt, now.value));
  const percent = Math.round(max.current);
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label={t.progress(label)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} %`}
    >
      <span class="bar-fill" style={{ transform: `scaleX(${(max.current / 100).toFixed(4)})` }} />
    </div>
  );
}

function stateOf(task: Task): string {
  const t = messages(taskMessages);
  const { view, cancel } = task;
  if (cancel !== null) return t.cancelling;
  if (phaseOf(task) === "sending") return t.sending;
  if (view === null || view.status === "pending") {
    return view?.queue_position === undefined ? t.waiting : t.inLine(view.queue_position);
  }
  const there = imagesOf(task).length;
  if (there > 0) return t.ready(there, Math.max(there, task.frame.count));
  return view.queue_position === undefined ? t.making : t.inQueue(view.queue_position);
}

function timeLeft({ view, heardAt, cancel }: Task): number | null {
  return view === null || cancel !== null ? null : secondsLeft(view, heardAt, now.value);
}
