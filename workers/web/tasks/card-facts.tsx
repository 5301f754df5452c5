/** Model, size and time of a task that is not running. */
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf } from "#web/state/images.ts";
import { modelName } from "#web/state/models.ts";
import type { Task } from "#web/state/task.ts";
import { timeOf } from "./dates.ts";

export function CardFacts({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const [first] = imagesOf(task);
  const model = modelName(task.view?.model ?? task.draft?.model ?? "");
  const facts = [model, first && `${first.width} × ${first.height}`, timeOf(task.createdAt)].filter(Boolean);
  return (
    <p class="card-facts">
      <span>{facts.join(" · ")}</span>
      {task.view?.status === "completed" && task.view.partial && (
        <span class="badge" title={t.partialHint}>
          {t.partial}
        </span>
      )}
    </p>
  );
}
