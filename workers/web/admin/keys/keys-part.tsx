/** The named API keys of this server. */
import { useSignal } from "@preact/signals";
import type { CreatedKey, Key } from "#shared/wire/keys.ts";
import { Loaded } from "#web/admin/parts/loaded.tsx";
import { Part } from "#web/admin/parts/part.tsx";
import { call } from "#web/admin/state/call.ts";
import { useRefresh } from "#web/admin/state/use-refresh.ts";
import { useResource } from "#web/admin/state/use-resource.ts";
import { Button } from "#web/components/button.tsx";
import { adminRefreshMs } from "#web/limits.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import { KeyForm } from "./key-form.tsx";
import { Keys } from "./keys.tsx";
import { MadeKey } from "./made-key.tsx";

export function KeysPart() {
  const t = messages(adminKeyMessages);
  const keys = useResource(() => call<{ data: Key[] }>("/v1/admin/keys").then(({ data }) => data));
  useRefresh(keys, adminRefreshMs);
  const isMaking = useSignal(false);
  const made = useSignal<CreatedKey | null>(null);
  const make = () => {
    isMaking.value = true;
  };
  return (
    <Part
      title={messages(adminMessages).part.keys}
      lead={t.lead}
      actions={
        <Button look="main" icon="plus" onClick={make}>
          {t.make}
        </Button>
      }
    >
      <Loaded resource={keys}>{(all) => <Keys keys={all} onChanged={keys.load} />}</Loaded>
      {isMaking.value && (
        <KeyForm
          before={null}
          onClose={() => {
            isMaking.value = false;
          }}
          onSent={async (created) => {
            isMaking.value = false;
            made.value = created;
            await keys.load();
          }}
        />
      )}
      {made.value !== null && (
        <MadeKey
          made={made.value}
          onClose={() => {
            made.value = null;
          }}
        />
      )}
    </Part>
  );
}
