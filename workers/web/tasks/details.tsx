/** The prompt and settings of an image. */

import { messages, number } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { TaskImage } from "#web/state/images.ts";
import { modelName } from "#web/state/models.ts";
import type { Task } from "#web/state/task.ts";
import { momentOf } from "./dates.ts";
import { fileSize } from "./file-size.ts";
import { titleOf } from "./title.ts";

export function Details({ task, image }: { task: Task; image: TaskImage }) {
  const t = messages(taskMessages);
  const { draft, view } = task;
  const references = draft?.mode === "image" ? draft.images.length || (view?.input_images ?? 0) : 0;
  const seed = view?.seed ?? (draft?.mode === "text" ? draft.seed : null);
  const isText = draft?.mode === "text";
  const facts: [name: string, value: string | null][] = [
    [t.model, modelName(task.view?.model ?? draft?.model ?? "")],
    [t.size, `${image.width} × ${image.height}`],
    [t.negativePrompt, (isText && draft.negativePrompt.trim()) || null],
    [t.strength, draft?.strength == null ? null : number(draft.strength)],
    [t.seed, seed === null ? null : String(seed)],
    [t.file, image.bytes === null ? null : fileSize(image.bytes)],
    [t.time, momentOf(task.createdAt)],
  ];
  return (
    <div class="details">
      <p class={`details-prompt ${draft === null ? "unknown" : ""}`} dir="auto">
        {titleOf(task)}
      </p>
      {references > 0 && <p class="details-note">{t.references(references)}</p>}
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}
