/** The menu of the form: copy its settings as a link, reset it, or switch notifications. */
import { copyText } from "#web/components/clipboard.ts";
import { Menu } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { batchMessages } from "#web/messages/batches.ts";
import { componentMessages } from "#web/messages/components.ts";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { readyMessages } from "#web/messages/ready.ts";
import { draft, isMany, plainDraft } from "#web/state/draft.ts";
import { toHash } from "#web/state/link.ts";
import { areNewsOn, switchNews } from "#web/state/notifications.ts";
import { seedProblem } from "./finer-settings.tsx";

export function FormOptions() {
  const t = messages(composeMessages);
  const many = messages(batchMessages);
  const r = messages(readyMessages);
  return (
    <Menu
      label={t.options}
      items={[
        {
          label: isMany.value ? many.onePrompt : many.several,
          icon: "text",
          run: () => {
            isMany.value = !isMany.value;
            document.getElementById("prompt")?.focus();
          },
        },
        { label: t.copyLink, icon: "link", run: () => void copyLink() },
        { label: t.reset, icon: "again", run: reset },
        { label: areNewsOn.value ? r.switchOff : r.switchOn, icon: "bell", run: () => void switchWithNotice() },
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
    omitsFiles ? messages(composeMessages).linkOmits : undefined,
  );
}

async function switchWithNotice(): Promise<void> {
  notify(messages(readyMessages)[await switchNews()]);
}

function reset(): void {
  const before = draft.value;
  const wasMany = isMany.value;
  draft.value = plainDraft;
  isMany.value = false;
  seedProblem.value = false;
  notify(messages(composeMessages).wasReset, {
    label: messages(componentMessages).undo,
    run: () => {
      draft.value = before;
      isMany.value = wasMany;
    },
  });
}
