/** The images of some tasks in rows that fill the width. */
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { foundImages } from "./finding.ts";
import { Tile } from "./tile.tsx";
import { titleOf } from "./title.ts";

export function Wall({ tasks }: { tasks: readonly Task[] }) {
  return (
    <ul class="wall">
      {tasks.flatMap((task) => foundImages(task).map((image) => <WallImage key={image.id} {...{ task, image }} />))}
    </ul>
  );
}

function WallImage({ task, image }: { task: Task; image: TaskImage }) {
  const t = messages(taskMessages);
  const title = titleOf(task);
  const all = task.view?.data?.length ?? 1;
  return (
    <li style={{ "--ratio": String(image.width / image.height) }}>
      <Tile image={image} label={t.open(image.index + 1, all, title)} caption={title} />
    </li>
  );
}
