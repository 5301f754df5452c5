/** Lies over the page while an image hovers above it, and takes what is let go, or pasted. */
import { Icon } from "#web/components/icon.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { isOver, useIncoming } from "./drops.ts";

export function DropVeil() {
  useIncoming();
  if (!isOver.value) return null;
  return (
    <div class="drop-veil">
      <Icon name="images" size={36} />
      {messages(composeMessages).dropNow}
    </div>
  );
}
