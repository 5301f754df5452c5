/** Adds sessions and keys: one text field for every form they come in, and the region of sessions without a prefix. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { isSimulated } from "#web/state/connection.ts";
import { Asked } from "./asked.tsx";
import { CloudQuestion } from "./cloud-question.tsx";
import { defaultRegion } from "./default-region.ts";
import { takeDemoSession } from "./demo-session.ts";
import { RegionField } from "./region-field.tsx";
import { takeSessions } from "./take-sessions.ts";

export function AddSessions() {
  const t = messages(sessionMessages);
  const id = useId();
  const text = useSignal("");
  const problem = useSignal<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);

  const add = () => {
    if (text.value.trim() === "") return;
    const outcome = takeSessions(text.value, defaultRegion.value);
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
      <Asked />
      <p class="note">{t.addNote}</p>
      <textarea
        ref={field}
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
      <CloudQuestion onAnswered={() => field.current?.focus()} />
      <RegionField />
      <AddButtons />
    </form>
  );
}

function AddButtons() {
  return (
    <div class="add-buttons">
      <Button look="main" icon="plus" type="submit">
        {messages(sessionMessages).addButton}
      </Button>
      {isSimulated.value && (
        <Button look="quiet" icon="star" onClick={takeDemoSession}>
          {messages(firstMessages).takeDemo}
        </Button>
      )}
    </div>
  );
}
