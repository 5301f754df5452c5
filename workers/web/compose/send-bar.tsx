/** The send button with the estimated credits and its keyboard shortcut. */
import { Button } from "#web/components/button.tsx";
import { composeMessages } from "#web/messages/compose.ts";
import { messages } from "#web/messages/index.ts";
import { fitting } from "#web/state/fitting.ts";

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

export function SendBar() {
  const t = messages(composeMessages);
  const { offers } = fitting.value;
  return (
    <div class="compose-send">
      <Button look="main" icon="star" type="submit" class="send">
        {t.generate(offers.count)}
      </Button>
      <p class="note">
        <span>{offers.estimatedCredits === null ? "\u00a0" : t.credits(offers.estimatedCredits)}</span>
        <kbd>{isApple ? "⌘" : "Ctrl"} + Enter</kbd>
      </p>
    </div>
  );
}
