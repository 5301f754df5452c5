/**
 * Covers the page while a file or link is dragged over it, and takes the drop. It is hidden, not removed: a browser sends
 * the drop to the element of the last `dragover`, and opens the file when that element has left the document meanwhile,
 * as a card under the pointer may do.
 */
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { isDraggedOver, useDropAndPaste } from "./drops.ts";

export function DropVeil() {
  useDropAndPaste();
  return (
    <div class="drop-veil" hidden={!isDraggedOver.value}>
      <Icon name="images" size={36} />
      {messages(composeMessages).dropNow}
    </div>
  );
}
