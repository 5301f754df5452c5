/** Images dropped or pasted anywhere on the page become reference images; those of the page itself, dropped on the form. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { notify } from "#web/components/toast.tsx";
import { dragTimeoutMs } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { dragTypes } from "./drag-types.ts";
import { addTransfer } from "./incoming.ts";

/** Whether a file or link is dragged over the page. */
export const isDraggedOver = signal(false);

/** Listens on the window; used once. Pasted text stays text. */
export function useDropAndPaste(): void {
  useEffect(() => {
    let leaveTimer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      isDraggedOver.value = false;
    };
    const over = (event: DragEvent) => {
      if (!isWanted(event)) return;
      event.preventDefault();
      if (isTile(event)) return;
      isDraggedOver.value = true;
      // `dragover` repeats while the drag is over the page; no event reports that it left the window.
      clearTimeout(leaveTimer);
      leaveTimer = setTimeout(end, dragTimeoutMs);
    };
    const listeners = {
      // Where the element under the pointer was just redrawn, the browser asks by this event alone.
      dragenter: over,
      dragover: over,
      drop: (event: DragEvent) => {
        if (!isWanted(event) || event.dataTransfer === null) return;
        event.preventDefault();
        end();
        if (!addTransfer(event.dataTransfer)) notify(messages(composeMessages).nothingDropped);
      },
      paste: (event: ClipboardEvent) => {
        const data = event.clipboardData;
        const isCovered = document.querySelector("dialog[open]") !== null;
        if (data !== null && data.files.length > 0 && !isCovered && addTransfer(data)) event.preventDefault();
      },
    };
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener as EventListener);
    };
  }, []);
}

const isTile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes(dragTypes.tile) ?? false;

/** Not for dragged thumbnails of the form, nor for images of the page beside the form: these drags are given up. */
const isWanted = (event: DragEvent): boolean =>
  event.dataTransfer !== null &&
  !event.dataTransfer.types.includes(dragTypes.thumbnail) &&
  (!isTile(event) || (event.target instanceof Element && event.target.closest(".compose") !== null)) &&
  event.dataTransfer.types.some((type) => type === "Files" || type === "text/uri-list");
