/** What can be done with the settings as a whole: carry them in a link, or begin again. */
import { copyText } from "#api/ui/src/parts/clipboard.ts";
import { Menu } from "#api/ui/src/parts/menu.tsx";
import { say } from "#api/ui/src/parts/toast.tsx";
import { draft, plainDraft } from "#api/ui/src/state/draft.ts";
import { toHash } from "#api/ui/src/state/link.ts";
import { composeWords } from "#api/ui/src/words/compose.ts";
import { words } from "#api/ui/src/words/index.ts";
import { partWords } from "#api/ui/src/words/parts.ts";
import { seedProblem } from "./finer-settings.tsx";

export function FormOptions() {
  const t = words(composeWords);
  return (
    <Menu
      label={t.options}
      items={[
        { label: t.copyLink, icon: "link", run: () => void copyLink() },
        { label: t.reset, icon: "again", run: reset },
      ]}
    />
  );
}

async function copyLink(): Promise<void> {
  const { origin, pathname } = location;
  const { mode, images } = draft.value;
  const omitsFiles = mode === "image" && images.some(({ kind }) => kind === "file");
  await copyText(
    `${origin}${pathname}#${toHash(draft.value) || "mode=text"}`,
    omitsFiles ? words(composeWords).linkOmits : undefined,
  );
}

function reset(): void {
  const before = draft.value;
  draft.value = plainDraft;
  seedProblem.value = false;
  say(words(composeWords).wasReset, {
    label: words(partWords).undo,
    run: () => {
      draft.value = before;
    },
  });
}
