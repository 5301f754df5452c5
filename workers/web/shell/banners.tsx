/**
 * What one should know about the whole page: no network, no server, no real images. What may come and go at any time
 * lies above the page and moves nothing.
 */
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { connection, isSimulated } from "#web/state/connection.ts";

export function ConnectionNotice() {
  const t = messages(shellMessages);
  const state = connection.value;
  return (
    <div class="connection" role="status">
      {state !== "fine" && (
        <p class="banner bad">
          <Icon name="cloud" size={18} />
          {state === "offline" ? t.offline : t.down}
        </p>
      )}
    </div>
  );
}

export function SimulatedBanner() {
  if (!isSimulated.value) return null;
  return (
    <p class="banner simulated">
      <Icon name="info" size={18} />
      {messages(shellMessages).simulated}
    </p>
  );
}
