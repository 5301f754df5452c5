/** A task on the page: what was asked for, how it stands, and its images. It keeps its shape from start to end. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Button, IconButton } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { Menu } from "#web/components/menu.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { columnsFor, imagesOf, tileCount } from "#web/state/images.ts";
import { modelName } from "#web/state/models.ts";
import { authorization } from "#web/state/sessions.ts";
import { isRunning, phaseOf, type Task } from "#web/state/task.ts";
import { actionsOf, cancelAloud } from "./actions.ts";
import { timeOf } from "./dates.ts";
import { Failure } from "./failure.tsx";
import { ProgressBar, Status } from "./status.tsx";
import { Tile } from "./tile.tsx";
import { WaitingTile } from "./waiting-tile.tsx";

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
          {isOnItsWay ? <Status task={task} /> : <Facts task={task} />}
        </div>
        <Tools task={task} />
      </header>
      <div class="card-images">
        {isOnItsWay && <ProgressBar task={task} label={title} />}
        <Tiles task={task} />
        {isOnItsWay && <Note task={task} />}
        {(phase === "failed" || phase === "unsent") && <Failure task={task} />}
      </div>
    </article>
  );
}

/** A failed task outside of what is going on: in words only. */
export function FailedRow({ task }: { task: Task }) {
  const id = useId();
  return (
    <article class="card failed row" aria-labelledby={id}>
      <header class="card-head">
        <div class="card-text">
          <p class={`card-prompt ${task.draft === null ? "unknown" : ""}`} id={id} dir="auto">
            {titleOf(task)}
          </p>
          <Facts task={task} />
        </div>
        <Tools task={task} />
      </header>
      <Failure task={task} />
    </article>
  );
}

export const cardId = (key: string): string => `task-${key}`;

export const titleOf = (task: Task): string => task.draft?.prompt.trim() || messages(taskMessages).elsewhere;

function Facts({ task }: { task: Task }) {
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

function Tiles({ task }: { task: Task }) {
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

/** What holds the task up, over the tiles: it comes and goes without moving them. */
function Note({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const text = noteOf(task);
  if (text === null) return null;
  return (
    <p class="card-note">
      <Icon name="clock" size={16} />
      <span>{text}</span>
    </p>
  );

  function noteOf({ lost, view, taskId }: Task): string | null {
    if (taskId !== null && authorization() === null) return t.noSession;
    if (lost !== null) return t.lost;
    return view?.waiting_for === undefined ? null : t.heldUp(view.waiting_for, view.waiting_code ?? "internal");
  }
}

function Tools({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { again, vary, downloadAll, download, ...others } = actionsOf(task, null);
  if (isRunning(task)) return <RunningTools task={task} />;
  const isDone = phaseOf(task) === "completed";
  const inSight = isDone ? [again, vary, downloadAll ?? download] : [];
  const behind = [
    others.useAsReference,
    others.edit,
    others.copyPrompt,
    others.copyLink,
    others.copyCurl,
    others.remove,
  ];
  return (
    <ToolRow>
      {inSight.map(
        (item) =>
          item && (
            <IconButton
              key={item.label}
              class={`tool ${item.icon}`}
              icon={item.icon}
              label={item.label}
              onClick={item.run}
            />
          ),
      )}
      <Menu label={t.actions} items={[...inSight, ...behind].filter((item) => item !== undefined)} />
    </ToolRow>
  );
}

function RunningTools({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const { copyPrompt, copyCurl, edit, remove } = actionsOf(task, null);
  const isForeign = task.lost !== null;
  return (
    <ToolRow>
      <Button
        look="quiet"
        icon="stop"
        class="card-cancel"
        disabled={task.cancel !== null}
        onClick={() => void cancelAloud(task)}
      >
        {t.cancel}
      </Button>
      <Menu
        label={t.actions}
        items={[edit, copyPrompt, copyCurl, isForeign ? remove : undefined].filter((item) => item !== undefined)}
      />
    </ToolRow>
  );
}

const ToolRow = ({ children }: { children: ComponentChildren }) => <div class="card-tools">{children}</div>;
