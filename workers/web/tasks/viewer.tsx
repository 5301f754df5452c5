/** The large view: one image on a dark ground, its actions, and its neighbours. */
import { signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Dialog } from "#web/components/dialog.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { titleOf } from "./title.ts";
import { useNeighbours } from "./use-neighbours.ts";
import { useViewerKeys } from "./use-viewer-keys.ts";
import { ViewerArrows } from "./viewer-arrows.tsx";
import { ViewerBar } from "./viewer-bar.tsx";
import { ViewerSide } from "./viewer-side.tsx";
import { ViewerStrip } from "./viewer-strip.tsx";
import { closeViewer, type Shown, step } from "./viewing.ts";
import { unzoomed, type Zoom } from "./zoom.ts";
import { ZoomStage } from "./zoom-stage.tsx";

export function Viewer({ task, image }: Shown) {
  const t = messages(taskMessages);
  // Each image begins at scale 1.
  const zoom = useMemo(() => signal<Zoom>(unzoomed), [image.id]);
  const areDetailsOpen = useSignal(false);
  useViewerKeys(zoom);
  useNeighbours();
  const swipes = { next: () => step(1), previous: () => step(-1), close: () => void closeViewer() };
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
        <ViewerBar task={task} image={image} zoom={zoom} areDetailsOpen={areDetailsOpen} />
        <ViewerArrows />
        <ViewerStrip task={task} image={image} />
      </div>
      <ViewerSide task={task} image={image} />
    </Dialog>
  );
}
