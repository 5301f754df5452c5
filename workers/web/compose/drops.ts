/** Images that are dropped or pasted anywhere on the page become reference images. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { notify } from "#web/components/toast.tsx";
import { dragTimeoutMs } from "#web/limits.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { addTransfer } from "./incoming.ts";

/** Whether something that can be dropped hovers above the page. */
export const isOver = signal(false);

/** For the whole page, once. Text that is pasted stays text. */
export function useIncoming(): void {
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      isOver.value = false;
    };
    const listeners = {
      dragover: (event: DragEvent) => {
        if (!isFromOutside(event)) return;
        event.preventDefault();
        isOver.value = true;
        // While something hovers, this event comes again and again; no single event says that it has left the window.
        clearTimeout(leaving);
        leaving = setTimeout(end, dragTimeoutMs);
      },
      drop: (event: DragEvent) => {
        if (!isFromOutside(event) || event.dataTransfer === null) return;
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

/** Thumbnails of the form that are put in order carry a mark of their own. */
const isFromOutside = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer !== null &&
  !dataTransfer.types.includes(ownMark) &&
  dataTransfer.types.some((type) => type === "Files" || type === "text/uri-list");

export const ownMark = "application/x-dreamina-thumbnail";
