/** The large view: one image on a dark ground, everything that can be done with it, and its neighbours. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Button, IconButton } from "#web/components/button.tsx";
import { Dialog } from "#web/components/dialog.tsx";
import { Icon } from "#web/components/icon.tsx";
import { Menu } from "#web/components/menu.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { actionsOf } from "./actions.ts";
import { titleOf } from "./card.tsx";
import { Details } from "./details.tsx";
import { closeViewer, openImage, position, type Shown, sequence, step } from "./viewing.ts";
import { unzoomed, type Zoom } from "./zoom.ts";
import { buttonZoom, ZoomStage } from "./zoom-stage.tsx";

/** What one press on a button or key enlarges by. */
const zoomStep = 1.6;

export function Viewer({ task, image }: Shown) {
  const t = messages(taskMessages);
  // Each image begins unenlarged.
  const zoom = useMemo(() => signal<Zoom>(unzoomed), [image.id]);
  const areDetailsOpen = useSignal(false);
  const at = position.value;
  const last = sequence.value.length - 1;
  useKeys({
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    "+": () => (zoom.value = buttonZoom(zoom.peek(), zoomStep)),
    "=": () => (zoom.value = buttonZoom(zoom.peek(), zoomStep)),
    "-": () => (zoom.value = buttonZoom(zoom.peek(), 1 / zoomStep)),
    "0": () => (zoom.value = unzoomed),
  });
  useNeighbours(at);
  const swipes = { next: () => step(1), previous: () => step(-1), close: () => void closeViewer() };
  const { download, downloadAll, useAsReference, again, vary, ...others } = actionsOf(task, image);
  const inSight = [download, useAsReference, again, vary].filter((item) => item !== undefined);
  const { edit, copyLink, copyPrompt, copyCurl, remove } = others;
  const behind = [downloadAll, copyLink, edit, copyPrompt, copyCurl, remove].filter((item) => item !== undefined);
  const isEnlarged = zoom.value.scale > 1;
  return (
    <Dialog
      title={t.viewer}
      class={`viewer ${areDetailsOpen.value ? "with-details" : ""}`}
      isBare
      onClose={() => void closeViewer()}
    >
      <div class="viewer-stage">
        <ZoomStage
          key={image.id}
          image={image}
          alt={t.alt(image.index + 1, titleOf(task))}
          zoom={zoom}
          onSwipe={(way) => swipes[way]()}
        />
        <div class="viewer-top">
          <span class="viewer-position">{at === -1 ? "" : t.position(at + 1, last + 1)}</span>
          <IconButton
            icon={isEnlarged ? "smaller" : "larger"}
            label={isEnlarged ? t.zoomOut : t.zoomIn}
            onClick={() => (zoom.value = isEnlarged ? unzoomed : buttonZoom(unzoomed, zoomStep * zoomStep))}
          />
          <IconButton
            class="details-button"
            icon="info"
            label={t.details}
            aria-expanded={areDetailsOpen.value}
            onClick={() => (areDetailsOpen.value = !areDetailsOpen.value)}
          />
          <Menu label={t.actions} items={behind} />
          <IconButton icon="close" label={t.close} onClick={() => void closeViewer()} />
        </div>
        {at > 0 && <Arrow way="left" label={t.previous} onClick={() => step(-1)} />}
        {at !== -1 && at < last && <Arrow way="right" label={t.next} onClick={() => step(1)} />}
        <Strip task={task} image={image} />
      </div>
      <div class="viewer-side">
        <Details task={task} image={image} />
        <div class="viewer-actions">
          {inSight.map((item, index) => (
            <Button key={item.label} look={index === 0 ? "main" : "plain"} icon={item.icon} onClick={item.run}>
              {item.label}
            </Button>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function Arrow({ way, label, onClick }: { way: "left" | "right"; label: string; onClick: () => void }) {
  return (
    <button type="button" class={`viewer-arrow ${way}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={way} size={26} />
    </button>
  );
}

/** The images of the same task. */
function Strip({ task, image }: { task: Task; image: TaskImage }) {
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
          <img src={one.url} alt="" width={one.width} height={one.height} decoding="async" draggable={false} />
        </button>
      ))}
    </div>
  );
}

function useKeys(keys: Record<string, () => void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest("[role=menu]") !== null) return;
      const run = keys[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

/** What comes next is fetched while this one is looked at. */
function useNeighbours(at: number): void {
  useEffect(() => {
    if (at === -1) return;
    for (const neighbour of [sequence.peek()[at + 1], sequence.peek()[at - 1]]) {
      if (neighbour === undefined) continue;
      const image = new Image();
      image.decoding = "async";
      image.src = neighbour.url;
    }
  }, [at]);
}
