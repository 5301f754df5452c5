import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { titleOf } from "./title.ts";
import { openImage } from "./viewing.ts";

/** The images of the task as small buttons under the large one. */
export function ViewerStrip({ task, image }: { task: Task; image: TaskImage }) {
  const t = messages(taskMessages);
  const images = imagesOf(task);
  if (images.length < 2) return null;
  return (
    <div class="viewer-strip">
      {images.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-label={t.open(one.index + 1, images.length, titleOf(task))}
          aria-current={one.id === image.id ? "true" : undefined}
          onClick={() => openImage(one.id)}
        >
          <img src={one.smallUrl} alt="" width={one.width} height={one.height} decoding="async" draggable={false} />
        </button>
      ))}
    </div>
  );
}
