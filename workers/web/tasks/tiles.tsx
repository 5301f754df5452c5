/** The images of a task side by side; waiting tiles for those to come. */
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { columnsFor, imagesOf, tileCount } from "#web/state/images.ts";
import { isRunning, type Task } from "#web/state/task.ts";
import { Tile } from "./tile.tsx";
import { titleOf } from "./title.ts";
import { WaitingTile } from "./waiting-tile.tsx";

export function Tiles({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const images = imagesOf(task);
  const shape = images[0] ?? task.frame;
  const count = tileCount(task);
  const columns = columnsFor(count, shape);
  const isStill = !isRunning(task);
  const title = titleOf(task);
  const style = {
    "--columns": String(columns),
    "--columns-narrow": String(Math.min(2, columns)),
    "--columns-broad": String(Math.min(4, count)),
    "--ratio": String(shape.width / shape.height),
  };
  return (
    <div class={`tiles ${count === 1 ? "single" : ""}`} style={style}>
      {Array.from({ length: count }, (_, index) => {
        const image = images[index];
        return image === undefined ? (
          <WaitingTile key={`waiting-${index}`} index={index} isStill={isStill} />
        ) : (
          <Tile key={image.id} image={image} label={t.open(index + 1, count, title)} />
        );
      })}
    </div>
  );
}
