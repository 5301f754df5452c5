/** Actions on all sessions and keys: check, export, import; and their total credits. */

import { useRef } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { notify } from "#web/components/toast.tsx";
import { exportUrlLifeMs } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checking, checkSessions } from "#web/state/session-checks.ts";
import { summary } from "#web/state/session-summary.ts";
import { exported, sessions } from "#web/state/sessions.ts";
import { defaultRegion } from "./default-region.ts";
import { takeSessions } from "./take-sessions.ts";

export function ListActions() {
  const t = messages(sessionMessages);
  const isBusy = checking.value.size > 0;
  const { credits } = summary.value;
  const checkAll = async () => {
    await checkSessions(sessions.value);
    notify(messages(sessionMessages).checked);
  };
  return (
    <div class="list-actions">
      <Button look="quiet" icon="again" disabled={isBusy} onClick={() => void checkAll()}>
        {t.checkAll}
      </Button>
      <Button look="quiet" icon="download" onClick={exportAll}>
        {t.exportAll}
      </Button>
      <ImportButton />
      {credits !== null && <span class="note">{t.total(credits)}</span>}
    </div>
  );
}

export function ImportButton() {
  const t = messages(sessionMessages);
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look="quiet" icon="upload" onClick={() => file.current?.click()}>
        {t.importFile}
      </Button>
      <input
        ref={file}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".json,.txt,application/json,text/plain"
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (chosen !== undefined) void importFrom(chosen);
        }}
      />
    </>
  );
}

/** An export contains the region of each session; other files use the default region. */
async function importFrom(file: File): Promise<void> {
  const { problem } = takeSessions(await file.text(), defaultRegion.value);
  if (problem !== null) notify(problem);
}

function exportAll(): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  link.download = "dreamina-sessions.json";
  link.click();
  // The browser has started to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), exportUrlLifeMs);
  notify(messages(sessionMessages).exported);
}
