/** Shown when the server is connected to a simulator: its images are not real. */
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { isSimulated } from "#web/state/connection.ts";

export function SimulatedBanner() {
  if (!isSimulated.value) return null;
  return (
    <p class="banner simulated">
      <Icon name="info" size={18} />
      {messages(shellMessages).simulated}
    </p>
  );
}
