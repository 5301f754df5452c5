/** Drags an image of a task: onto the form it becomes a reference image, elsewhere it is its address. */
import { dragTypes } from "#web/compose/drag-types.ts";
import { isTouched } from "#web/state/touch.ts";

/** Attributes of the element that is dragged. Not by touch, where a long press opens the browser's menu. */
export const dragOf = (url: string) => ({
  draggable: !isTouched.value,
  onDragStart: ({ dataTransfer }: DragEvent) => {
    if (dataTransfer === null) return;
    const address = new URL(url, location.href).href;
    dataTransfer.setData("text/uri-list", address);
    dataTransfer.setData("text/plain", address);
    dataTransfer.setData(dragTypes.tile, "");
    dataTransfer.effectAllowed = "copyLink";
    // Shows where it can be dropped.
    document.documentElement.dataset.drag = "tile";
  },
  onDragEnd: () => {
    delete document.documentElement.dataset.drag;
  },
});
