/** What is known of a picture: the words it was made from, and the settings. */

import { number, words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { modelName } from "#web/state/models.ts";
import type { Picture } from "#web/state/pictures.ts";
import type { Work } from "#web/state/task.ts";
import { titleOf } from "./card.tsx";
import { fileSize, momentOf } from "./moments.ts";

export function Details({ work, picture }: { work: Work; picture: Picture }) {
  const w = words(taskMessages);
  const { draft } = work;
  const isText = draft?.mode === "text";
  const facts: [name: string, value: string | null][] = [
    [w.model, modelName(work.view?.model ?? draft?.model ?? "")],
    [w.size, `${picture.width} × ${picture.height}`],
    [w.negativePrompt, (isText && draft.negativePrompt.trim()) || null],
    [w.strength, draft === null ? null : number(draft.strength)],
    [w.seed, isText && draft.seed !== null ? String(draft.seed) : null],
    [w.file, picture.bytes === null ? null : fileSize(picture.bytes)],
    [w.time, momentOf(work.createdAt)],
  ];
  return (
    <div class="details">
      <p class={`details-prompt ${draft === null ? "unknown" : ""}`} dir="auto">
        {titleOf(work)}
      </p>
      {draft !== null && draft.mode === "image" && draft.images.length > 0 && (
        <p class="details-note">{w.references(draft.images.length)}</p>
      )}
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
