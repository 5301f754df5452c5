/** The large view: one picture on a dark ground, everything that can be done with it, and its neighbours. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Button, IconButton } from "#web/components/button.tsx";
import { Dialog } from "#web/components/dialog.tsx";
import { Icon } from "#web/components/icon.tsx";
import { Menu } from "#web/components/menu.tsx";
import { words } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { type Picture, picturesOf } from "#web/state/pictures.ts";
import type { Work } from "#web/state/task.ts";
import { actionsOf } from "./actions.ts";
import { titleOf } from "./card.tsx";
import { Details } from "./details.tsx";
import { closeViewer, openPicture, place, type Shown, sequence, step } from "./viewing.ts";
import { unzoomed, type Zoom } from "./zoom.ts";
import { buttonZoom, ZoomStage } from "./zoom-stage.tsx";

/** What one press on a button or key enlarges by. */
const zoomStep = 1.6;

export function Viewer({ work, picture }: Shown) {
  const w = words(taskMessages);
  // Each picture begins unenlarged.
  const zoom = useMemo(() => signal<Zoom>(unzoomed), [picture.id]);
  const areDetailsOpen = useSignal(false);
  const at = place.value;
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
  const { download, downloadAll, useAsReference, again, vary, ...others } = actionsOf(work, picture);
  const inSight = [download, useAsReference, again, vary].filter((item) => item !== undefined);
  const { edit, copyLink, copyPrompt, copyCurl, remove } = others;
  const behind = [downloadAll, copyLink, edit, copyPrompt, copyCurl, remove].filter((item) => item !== undefined);
  const isEnlarged = zoom.value.scale > 1;
  return (
    <Dialog
      title={w.viewer}
      class={`viewer ${areDetailsOpen.value ? "with-details" : ""}`}
      isBare
      onClose={() => void closeViewer()}
    >
      <div class="viewer-stage">
        <ZoomStage
          key={picture.id}
          picture={picture}
          alt={w.alt(picture.index + 1, titleOf(work))}
          zoom={zoom}
          onSwipe={(way) => swipes[way]()}
        />
        <div class="viewer-top">
          <span class="viewer-place">{at === -1 ? "" : w.place(at + 1, last + 1)}</span>
          <IconButton
            icon={isEnlarged ? "smaller" : "larger"}
            label={isEnlarged ? w.zoomOut : w.zoomIn}
            onClick={() => (zoom.value = isEnlarged ? unzoomed : buttonZoom(unzoomed, zoomStep * zoomStep))}
          />
          <IconButton
            class="details-button"
            icon="info"
            label={w.details}
            aria-expanded={areDetailsOpen.value}
            onClick={() => (areDetailsOpen.value = !areDetailsOpen.value)}
          />
          <Menu label={w.actions} items={behind} />
          <IconButton icon="close" label={w.close} onClick={() => void closeViewer()} />
        </div>
        {at > 0 && <Arrow way="left" label={w.previous} onClick={() => step(-1)} />}
        {at !== -1 && at < last && <Arrow way="right" label={w.next} onClick={() => step(1)} />}
        <Strip work={work} picture={picture} />
      </div>
      <div class="viewer-side">
        <Details work={work} picture={picture} />
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

/** The pictures of the same work. */
function Strip({ work, picture }: { work: Work; picture: Picture }) {
  const w = words(taskMessages);
  const pictures = picturesOf(work);
  if (pictures.length < 2) return null;
  return (
    <div class="viewer-strip">
      {pictures.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-label={w.open(one.index + 1, pictures.length, titleOf(work))}
          aria-current={one.id === picture.id ? "true" : undefined}
          onClick={() => openPicture(one.id)}
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
