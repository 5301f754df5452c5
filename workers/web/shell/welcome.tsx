/** Shown on the first visit. */
import { Button } from "#web/components/button.tsx";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";

export function Welcome({ onStart }: { onStart: () => void }) {
  const t = messages(shellMessages);
  return (
    <div class="welcome">
      <h2>{t.welcome}</h2>
      <p>{t.welcomeMore}</p>
      <Button look="main" icon="key" onClick={onStart}>
        {t.welcomeButton}
      </Button>
    </div>
  );
}
