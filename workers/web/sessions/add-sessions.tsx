/** Adding sessions: one field for every form they come in, and the region of those that do not say it. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { type RegionId, regionIds } from "#web/api/shapes.ts";
import { Button } from "#web/components/button.tsx";
import { Segments } from "#web/components/segments.tsx";
import { notify } from "#web/components/toast.tsx";
import { language, messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { checkSessions } from "#web/state/session-checks.ts";
import { readCredentials } from "#web/state/session-text.ts";
import { addSessions, sessions } from "#web/state/sessions.ts";
import { storedSignal } from "#web/storage/storage.ts";

/** Of sessions that do not say theirs. */
export const usualRegion = storedSignal<RegionId>(
  { name: "region", version: 1, read: (stored) => regionIds.find((id) => id === stored) },
  language.peek() === "zh" ? "cn" : "us",
);

export function AddSessions() {
  const t = messages(sessionMessages);
  const id = useId();
  const text = useSignal("");
  const problem = useSignal<string | null>(null);
  const region = usualRegion.value;

  const add = () => {
    if (text.value.trim() === "") return;
    const outcome = takeSessions(text.value, region);
    problem.value = outcome.problem;
    if (outcome.problem === null) text.value = "";
  };
  return (
    <form
      class="add-sessions"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <h3>{t.add}</h3>
      <p class="note">{t.addNote}</p>
      <textarea
        class="input session-text"
        rows={2}
        value={text.value}
        aria-label={t.paste}
        aria-invalid={problem.value !== null || undefined}
        aria-describedby={`${id}-problem`}
        placeholder={t.pasteHint}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          problem.value = null;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          add();
        }}
      />
      <p class="problem" id={`${id}-problem`} role="alert">
        {problem.value}
      </p>
      <Segments
        label={t.region}
        options={regionIds.map((value) => ({ value, text: t.regions[value] }))}
        value={region}
        onChange={(value) => {
          usualRegion.value = value;
        }}
      />
      <p class="note region-note">{t.regionNote[region]}</p>
      <Button look="main" icon="plus" type="submit">
        {t.addButton}
      </Button>
    </form>
  );
}

/** Adds what can be read, and has it checked at once. @returns what is wrong with the text, when nothing was found. */
export function takeSessions(text: string, region: RegionId): { problem: string | null } {
  const t = messages(sessionMessages);
  const { found, unreadable, fault, lacksSessionCookie } = readCredentials(text, region);
  if (lacksSessionCookie) return { problem: t.noSessionCookie };
  const reason = fault === null ? null : t.faulty(fault);
  if (found.length === 0) return { problem: reason ?? t.nothingReadable };
  const added = addSessions(found);
  const news = added.length > 0 ? t.added(added.length) : t.knownAlready;
  notify([news, ...(unreadable > 0 ? [t.unreadable(unreadable)] : []), ...(reason === null ? [] : [reason])].join(" "));
  // A signal read here again: the rows as they are stored.
  const ids = new Set(added.map(({ id }) => id));
  void checkSessions(sessions.value.filter(({ id }) => ids.has(id)));
  return { problem: null };
}
