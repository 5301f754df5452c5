/** Starts the page once: imports old sessions, reads the link, and loads models and credits. */

import { effect, untracked } from "@preact/signals";
import { maxCreditsAgeAfterTaskMs } from "#web/limits.ts";
import "#web/state/theme.ts";
import { notify } from "#web/components/toast.tsx";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { startImages } from "#web/share/start-images.ts";
import { noteNoAnswer, reconnects, watchConnection } from "#web/state/connection.ts";
import { loadDraft } from "#web/state/draft.ts";
import { fromHash } from "#web/state/link.ts";
import { loadModels } from "#web/state/models.ts";
import { refreshCredits } from "#web/state/session-checks.ts";
import { importOldSessions } from "#web/state/sessions.ts";
import { running } from "#web/state/tasks.ts";
import { watchTitle } from "./watch-title.ts";

export function startPage(): void {
  watchTitle();
  const taken = importOldSessions();
  if (taken.length > 0) notify(messages(shellMessages).takenOver(taken.length));
  const isLinked = readLink();
  void startImages({ restores: !isLinked });
  addEventListener("hashchange", readLink);
  watchConnection();
  // At the start, and whenever the server answers again.
  effect(() => {
    void reconnects.value;
    untracked(() => void loadFromServer());
  });
  watchCredits();
}

async function loadFromServer(): Promise<void> {
  await loadModels().catch(noteNoAnswer);
  await refreshCredits();
}

/** A balance changes when a task ends, and while the page is hidden. */
function watchCredits(): void {
  let before = running.peek().length;
  effect(() => {
    const { length } = running.value;
    if (length < before) untracked(() => void refreshCredits(maxCreditsAgeAfterTaskMs));
    before = length;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void refreshCredits();
  });
}

/** Moves the settings of a link from the address into the form. @returns whether there were any. */
function readLink(): boolean {
  const linked = fromHash(location.hash);
  if (linked === null) return false;
  history.replaceState(null, "", location.pathname + location.search);
  loadDraft(linked);
  notify(messages(shellMessages).linkRead);
  return true;
}
