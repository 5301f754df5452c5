/** Takes the credentials of the server's settings over into the pool. */
import { useSignal } from "@preact/signals";
import { attempt } from "#web/admin/attempt.ts";
import { send } from "#web/admin/state/call.ts";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";

/** Those of the settings cannot be seen or changed here until they are taken over. */
export function InSettings({ count, onTaken }: { count: number; onTaken: () => Promise<void> }) {
  const t = messages(adminPoolMessages);
  const isBusy = useSignal(false);
  if (count === 0) return null;
  const takeOver = async () => {
    isBusy.value = true;
    if (await attempt(() => send("/v1/admin/credentials/take-over", "POST"), t.takenOver)) await onTaken();
    isBusy.value = false;
  };
  return (
    <div class="banner problem-row">
      <Icon name="info" size={18} />
      <p class="problem-text">{t.inSettings(count)}</p>
      <Button isBusy={isBusy.value} onClick={() => void takeOver()}>
        {t.takeOver}
      </Button>
    </div>
  );
}
