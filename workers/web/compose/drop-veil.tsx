/** Covers the page while a file or link is dragged over it. */
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { isDraggedOver, useDropAndPaste } from "./drops.ts";

export function DropVeil() {
  useDropAndPaste();
  if (!isDraggedOver.value) return null;
  return (
    <div class="drop-veil">
      <Icon name="images" size={36} />
      {messages(composeMessages).dropNow}
    </div>
  );
}
