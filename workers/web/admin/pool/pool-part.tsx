/** The pool: the sessions and official keys that serve API keys of this server. */
import { useSignal } from "@preact/signals";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { Loaded } from "#web/admin/parts/loaded.tsx";
import { Part } from "#web/admin/parts/part.tsx";
import { useRefresh } from "#web/admin/state/use-refresh.ts";
import { useResource } from "#web/admin/state/use-resource.ts";
import { Button } from "#web/components/button.tsx";
import { adminRefreshMs } from "#web/limits.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { AddCredentials } from "./add-credentials.tsx";
import { Credentials } from "./credentials.tsx";
import { InSettings } from "./in-settings.tsx";
import { pagesUntil } from "./pages.ts";

export function PoolPart() {
  const t = messages(adminPoolMessages);
  const shown = useSignal(1);
  const pool = useResource(() => pagesUntil(shown.peek()));
  useRefresh(pool, adminRefreshMs);
  const isAdding = useSignal(false);
  const replace = (changed: PoolCredential) =>
    pool.change((all) => ({
      ...all,
      entries: all.entries.map((one) => (one.id === changed.id ? changed : one)),
    }));
  const showMore = async () => {
    shown.value += 1;
    await pool.load();
  };
  return (
    <Part
      title={messages(adminMessages).part.pool}
      lead={t.lead}
      actions={
        <Button
          look="main"
          icon="plus"
          onClick={() => {
            isAdding.value = true;
          }}
        >
          {t.add}
        </Button>
      }
    >
      <Loaded resource={pool}>
        {(all) => (
          <>
            <InSettings count={all.inSettings} onTaken={pool.load} />
            <Credentials pool={all} onChanged={replace} onRemoved={pool.load} />
            {all.hasMore && (
              <Button class="more" isBusy={pool.isLoading.value} onClick={() => void showMore()}>
                {messages(adminMessages).more}
              </Button>
            )}
          </>
        )}
      </Loaded>
      {isAdding.value && (
        <AddCredentials
          onClose={() => {
            isAdding.value = false;
          }}
          onAdded={pool.load}
        />
      )}
    </Part>
  );
}
