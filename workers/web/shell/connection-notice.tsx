/**
 * Shown while the network or the server is away. It lies above the page, so that nothing moves when it comes and goes.
 */
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { shellMessages } from "#web/messages/shell.ts";
import { connection } from "#web/state/connection.ts";

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
