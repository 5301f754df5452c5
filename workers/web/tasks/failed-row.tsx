/** A failed task in the gallery: text only. */
import { useId } from "preact/hooks";
import type { Task } from "#web/state/task.ts";
import { CardFacts } from "./card-facts.tsx";
import { CardTools } from "./card-tools.tsx";
import { Failure } from "./failure.tsx";
import { titleOf } from "./title.ts";

export function FailedRow({ task }: { task: Task }) {
  const id = useId();
  return (
    <article class="card failed row" aria-labelledby={id}>
      <header class="card-head">
        <div class="card-text">
          <p class={`card-prompt ${task.draft === null ? "unknown" : ""}`} id={id} dir="auto">
            {titleOf(task)}
          </p>
          <CardFacts task={task} />
        </div>
        <CardTools task={task} />
      </header>
      <Failure task={task} />
    </article>
  );
}
