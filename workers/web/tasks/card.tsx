/** A work on the page: what was asked for, how it stands, and its pictures. It keeps its shape from start to end. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Button, IconButton } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { Menu } from "#web/components/menu.tsx";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { modelName } from "#web/state/models.ts";
import { columnsFor, picturesOf, tileCount } from "#web/state/pictures.ts";
import { authorization } from "#web/state/sessions.ts";
import { isRunning, phaseOf, type Work } from "#web/state/task.ts";
import { actionsOf, cancelAloud } from "./actions.ts";
import { Failure } from "./failure.tsx";
import { timeOf } from "./moments.ts";
import { ProgressBar, Status } from "./status.tsx";
import { Tile, WaitingTile } from "./tile.tsx";

export function Card({ work }: { work: Work }) {
  const id = useId();
  const phase = phaseOf(work);
  const isOnItsWay = isRunning(work);
  const title = titleOf(work);
  return (
    <article id={cardId(work.key)} class={`card ${phase}`} aria-labelledby={id} aria-busy={isOnItsWay}>
      <header class="card-head">
        <div class="card-words">
          <p class={`card-prompt ${work.draft === null ? "unknown" : ""}`} id={id} title={title} dir="auto">
            {title}
          </p>
          {isOnItsWay ? <Status work={work} /> : <Facts work={work} />}
        </div>
        <Tools work={work} />
      </header>
      <div class="card-pictures">
        {isOnItsWay && <ProgressBar work={work} label={title} />}
        <Tiles work={work} />
        {isOnItsWay && <Note work={work} />}
        {(phase === "failed" || phase === "unsent") && <Failure work={work} />}
      </div>
    </article>
  );
}

/** A failed work outside of what is going on: in words only. */
export function FailedRow({ work }: { work: Work }) {
  const id = useId();
  return (
    <article class="card failed row" aria-labelledby={id}>
      <header class="card-head">
        <div class="card-words">
          <p class={`card-prompt ${work.draft === null ? "unknown" : ""}`} id={id} dir="auto">
            {titleOf(work)}
          </p>
          <Facts work={work} />
        </div>
        <Tools work={work} />
      </header>
      <Failure work={work} />
    </article>
  );
}

export const cardId = (key: string): string => `work-${key}`;

export const titleOf = (work: Work): string => work.draft?.prompt.trim() || words(taskMessages).elsewhere;

function Facts({ work }: { work: Work }) {
  const w = words(taskMessages);
  const [first] = picturesOf(work);
  const model = modelName(work.view?.model ?? work.draft?.model ?? "");
  const facts = [model, first && `${first.width} × ${first.height}`, timeOf(work.createdAt)].filter(Boolean);
  return (
    <p class="card-facts">
      <span>{facts.join(" · ")}</span>
      {work.view?.status === "completed" && work.view.partial && (
        <span class="badge" title={w.partialHint}>
          {w.partial}
        </span>
      )}
    </p>
  );
}

function Tiles({ work }: { work: Work }) {
  const w = words(taskMessages);
  const pictures = picturesOf(work);
  const shape = pictures[0] ?? work.frame;
  const count = tileCount(work);
  const columns = columnsFor(count, shape);
  const isStill = !isRunning(work);
  const title = titleOf(work);
  const style = {
    "--columns": String(columns),
    "--columns-narrow": String(Math.min(2, columns)),
    "--columns-broad": String(Math.min(4, count)),
    "--ratio": String(shape.width / shape.height),
  };
  return (
    <div class={`tiles ${count === 1 ? "single" : ""}`} style={style}>
      {Array.from({ length: count }, (_, place) => {
        const picture = pictures[place];
        return picture === undefined ? (
          <WaitingTile key={`waiting-${place}`} place={place} isStill={isStill} />
        ) : (
          <Tile key={picture.id} picture={picture} label={w.open(place + 1, count, title)} />
        );
      })}
    </div>
  );
}

/** What holds the work up, over the tiles: it comes and goes without moving them. */
function Note({ work }: { work: Work }) {
  const w = words(taskMessages);
  const text = noteOf(work);
  if (text === null) return null;
  return (
    <p class="card-note">
      <Icon name="clock" size={16} />
      <span>{text}</span>
    </p>
  );

  function noteOf({ lost, view, taskId }: Work): string | null {
    if (taskId !== null && authorization() === null) return w.noSession;
    if (lost !== null) return w.lost;
    return view?.waiting_for === undefined ? null : w.heldUp(view.waiting_for, view.waiting_code ?? "internal");
  }
}

function Tools({ work }: { work: Work }) {
  const w = words(taskMessages);
  const { again, vary, downloadAll, download, ...others } = actionsOf(work, null);
  if (isRunning(work)) return <RunningTools work={work} />;
  const isDone = phaseOf(work) === "completed";
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
      <Menu label={w.actions} items={[...inSight, ...behind].filter((item) => item !== undefined)} />
    </ToolRow>
  );
}

function RunningTools({ work }: { work: Work }) {
  const w = words(taskMessages);
  const { copyPrompt, copyCurl, edit, remove } = actionsOf(work, null);
  const isForeign = work.lost !== null;
  return (
    <ToolRow>
      <Button
        look="quiet"
        icon="stop"
        class="card-cancel"
        disabled={work.cancel !== null}
        onClick={() => void cancelAloud(work)}
      >
        {w.cancel}
      </Button>
      <Menu
        label={w.actions}
        items={[edit, copyPrompt, copyCurl, isForeign ? remove : undefined].filter((item) => item !== undefined)}
      />
    </ToolRow>
  );
}

const ToolRow = ({ children }: { children: ComponentChildren }) => <div class="card-tools">{children}</div>;
