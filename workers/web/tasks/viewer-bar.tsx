/** The bar over the large view: position, zoom, details, further actions, close. */

import type { Signal } from "@preact/signals";
import { IconButton } from "#web/components/button.tsx";
import { Menu } from "#web/components/menu.tsx";
import { zoomFactor } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { favourites, toggleFavourite } from "#web/state/favourites.ts";
import { actionsOf } from "./actions.ts";
import { closeViewer, position, type Shown, sequence } from "./viewing.ts";
import { unzoomed, type Zoom, zoomStep } from "./zoom.ts";

type ViewerBarProps = Shown & { zoom: Signal<Zoom>; areDetailsOpen: Signal<boolean> };

export function ViewerBar({ task, image, zoom, areDetailsOpen }: ViewerBarProps) {
  const t = messages(taskMessages);
  const at = position.value;
  const isFavourite = favourites.value.has(image.name);
  const isEnlarged = zoom.value.scale > 1;
  const { downloadAll, copyLink, edit, copyPrompt, copyCurl, hide, ...others } = actionsOf(task, image);
  const all = [downloadAll, copyLink, edit, copyPrompt, copyCurl, hide, others.deleteImage, others.deleteTask];
  const items = all.filter((item) => item !== undefined);
  return (
    <div class="viewer-top">
      <span class="viewer-position">{at === -1 ? "" : t.position(at + 1, sequence.value.length)}</span>
      <IconButton
        icon={isEnlarged ? "smaller" : "larger"}
        label={isEnlarged ? t.zoomOut : t.zoomIn}
        onClick={() => (zoom.value = isEnlarged ? unzoomed : zoomStep(unzoomed, zoomFactor * zoomFactor))}
      />
      <IconButton
        class={isFavourite ? "favourite on" : "favourite"}
        icon="heart"
        label={messages(keepMessages).favourite}
        aria-pressed={isFavourite}
        onClick={() => toggleFavourite(image.name)}
      />
      <IconButton
        class="details-button"
        icon="info"
        label={t.details}
        aria-expanded={areDetailsOpen.value}
        onClick={() => (areDetailsOpen.value = !areDetailsOpen.value)}
      />
      <Menu label={t.actions} items={items} />
      <IconButton icon="close" label={t.close} onClick={() => void closeViewer()} />
    </div>
  );
}
