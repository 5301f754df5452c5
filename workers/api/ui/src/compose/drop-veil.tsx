/** Lies over the page while a picture hovers above it, and takes what is let go, or pasted. */
import { Icon } from "#api/ui/src/parts/icon.tsx";
import { composeWords } from "#api/ui/src/words/compose.ts";
import { words } from "#api/ui/src/words/index.ts";
import { isOver, useIncoming } from "./drops.ts";

export function DropVeil() {
  useIncoming();
  if (!isOver.value) return null;
  return (
    <div class="drop-veil">
      <Icon name="pictures" size={36} />
      {words(composeWords).dropNow}
    </div>
  );
}
