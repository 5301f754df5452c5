/**
 * What one should know about the whole page: no network, no server, no real pictures. What may come and go at any time
 * lies above the page and moves nothing.
 */
import { Icon } from "#api/ui/src/parts/icon.tsx";
import { connection, isSimulated } from "#api/ui/src/state/connection.ts";
import { houseWords } from "#api/ui/src/words/house.ts";
import { words } from "#api/ui/src/words/index.ts";

export function ConnectionNotice() {
  const t = words(houseWords);
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
      {words(houseWords).simulated}
    </p>
  );
}
