/** The form: a draft, and the button that sends it. */
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { ComposeFields } from "./compose-fields.tsx";
import { SendBar } from "./send-bar.tsx";
import { useSend } from "./use-send.ts";

export function Compose() {
  const t = messages(composeMessages);
  const { form, send, problem } = useSend();
  return (
    <form
      class="compose"
      ref={form}
      aria-label={t.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        const isSending = event.ctrlKey || event.metaKey;
        // A key held down submits once; in a text area it adds lines.
        const isHeld = event.repeat && !(event.target instanceof HTMLTextAreaElement);
        if (isSending || isHeld) event.preventDefault();
        if (isSending && !event.repeat) send();
      }}
    >
      <ComposeFields problem={problem} />
      <SendBar />
    </form>
  );
}
