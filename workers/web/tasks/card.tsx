/** A task on the page: its prompt, its state and its images. The card keeps its shape from submit to end. */
import { useId } from "preact/hooks";
import { isRunning, phaseOf, type Task } from "#web/state/task.ts";
import { CardFacts } from "./card-facts.tsx";
import { CardNote } from "./card-note.tsx";
import { CardTools } from "./card-tools.tsx";
import { Failure } from "./failure.tsx";
import { ProgressBar, Status } from "./status.tsx";
import { Tiles } from "./tiles.tsx";
import { titleOf } from "./title.ts";

export function Card({ task }: { task: Task }) {
  const id = useId();
  const phase = phaseOf(task);
  const isOnItsWay = isRunning(task);
  const title = titleOf(task);
  return (
    <article id={cardId(task.key)} class={`card ${phase}`} aria-labelledby={id} aria-busy={isOnItsWay}>
      <header class="card-head">
        <div class="card-text">
          <p class={`card-prompt ${task.draft === null ? "unknown" : ""}`} id={id} title={title} dir="auto">
            {title}
          </p>
          {isOnItsWay ? <Status task={task} /> : <CardFacts task={task} />}
        </div>
        <CardTools task={task} />
      </header>
      <div class="card-images">
        {isOnItsWay && <ProgressBar task={task} label={title} />}
        <Tiles task={task} />
        {isOnItsWay && <CardNote task={task} />}
        {(phase === "failed" || phase === "unsent") && <Failure task={task} />}
      </div>
    </article>
  );
}

/** Id of the element. */
export const cardId = (key: string): string => `task-${key}`;
