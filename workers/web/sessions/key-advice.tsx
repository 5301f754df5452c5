/** Says that keys work where bot protection refuses sessions, with a button to the guide. */
import { Button } from "#web/components/button.tsx";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { openSessions } from "./opened.ts";

export function KeyAdvice() {
  const t = messages(keyMessages);
  return (
    <div class="key-advice">
      <p>{t.advice}</p>
      <Button icon="key" aria-haspopup="dialog" onClick={() => openSessions("keys")}>
        {t.useKey}
      </Button>
    </div>
  );
}
