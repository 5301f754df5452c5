/** What is known of a picture: the words it was made from, and the settings. */

import { modelName } from "#api/ui/src/state/models.ts";
import type { Picture } from "#api/ui/src/state/pictures.ts";
import type { Work } from "#api/ui/src/state/work.ts";
import { number, words } from "#api/ui/src/words/index.ts";
import { worksWords } from "#api/ui/src/words/works.ts";
import { titleOf } from "./card.tsx";
import { fileSize, momentOf } from "./moments.ts";

export function Details({ work, picture }: { work: Work; picture: Picture }) {
  const w = words(worksWords);
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
