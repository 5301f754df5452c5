/** Three prompts with drawings: a press fills the form and starts it. */
import { submitForm } from "#web/compose/submit-form.ts";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";
import { withSession } from "#web/sessions/with-session.ts";
import { isSimulated } from "#web/state/connection.ts";
import { changeDraft } from "#web/state/draft.ts";
import { sessions } from "#web/state/sessions.ts";
import balloons from "./balloons.svg";
import ink from "./ink.svg";
import lighthouse from "./lighthouse.svg";

const drawings = { lighthouse, balloons, ink };
const names = ["lighthouse", "balloons", "ink"] as const;

export function Examples() {
  const t = messages(firstMessages);
  const takesDemo = isSimulated.value && sessions.value.length === 0;
  return (
    <div class="examples">
      <p class="examples-lead">{takesDemo ? t.examplesSimulated : t.examples}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <button type="button" class="example" onClick={() => start(t.prompts[name])}>
              <img src={drawings[name]} alt="" width="480" height="480" loading="lazy" decoding="async" />
              <span>{t.prompts[name]}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="note">{t.drawings}</p>
    </div>
  );
}

function start(prompt: string): void {
  changeDraft({ mode: "text", prompt });
  void withSession(() => {
    submitForm();
    // The button is gone, and with it the focus.
    document.getElementById("tasks")?.focus({ preventScroll: true });
  });
}
