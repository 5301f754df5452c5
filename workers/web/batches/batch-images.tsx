/** The first images of a batch. All of them are in the gallery, and in the large view. */
import { maxBatchThumbs } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import type { Batch } from "#web/state/batch.ts";
import { imagesOf } from "#web/state/images.ts";
import { Tile } from "#web/tasks/tile.tsx";
import { titleOf } from "#web/tasks/title.ts";
import { tasksOfBatch } from "./tasks-of-batch.ts";

export function BatchImages({ batch }: { batch: Batch }) {
  const t = messages(batchMessages);
  const images = tasksOfBatch(batch).flatMap((task) => imagesOf(task).map((image) => ({ task, image })));
  if (images.length === 0) return null;
  const rest = images.length - maxBatchThumbs;
  return (
    <>
      <ul class="batch-images">
        {images.slice(0, maxBatchThumbs).map(({ task, image }) => (
          <li key={image.id} style={{ "--ratio": "1" }}>
            <Tile image={image} label={t.openImage(titleOf(task))} isSmall />
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="note">{t.moreImages(rest)}</p>}
    </>
  );
}
