/** One key: its name, use, limits and actions. */
import { useSignal } from "@preact/signals";
import type { Key } from "#shared/wire/keys.ts";
import { attempt } from "#web/admin/attempt.ts";
import { Confirm } from "#web/admin/parts/confirm.tsx";
import { Facts } from "#web/admin/parts/facts.tsx";
import { send } from "#web/admin/state/call.ts";
import { Menu } from "#web/components/menu.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import { factsOf } from "./key-facts.tsx";
import { KeyForm } from "./key-form.tsx";

type KeyRowProps = { of: Key; onChanged: () => Promise<void> };

export function KeyRow({ of: key, onChanged }: KeyRowProps) {
  const t = messages(adminKeyMessages);
  const open = useSignal<"form" | "deletion" | null>(null);
  const close = () => {
    open.value = null;
  };
  const remove = async () => {
    if (await attempt(() => send(`/v1/admin/keys/${key.id}`, "DELETE"), t.deleted(key.name))) await onChanged();
  };
  return (
    <li class="entry">
      <div class="entry-head">
        <div class="entry-names">
          <h3>{key.name}</h3>
          <code>{key.masked}</code>
          <span class={`state ${key.is_expired ? "bad" : ""}`}>
            <span class={`dot ${key.is_expired ? "bad" : "good"}`} aria-hidden="true" />
            {key.is_expired ? t.expired : t.working}
          </span>
        </div>
        <Menu
          label={messages(adminMessages).actions(key.name)}
          items={[
            { label: t.change, icon: "sliders", run: () => show("form") },
            { label: t.delete, icon: "trash", run: () => show("deletion"), isDanger: true },
          ]}
        />
      </div>
      <Facts facts={factsOf(key)} />
      {open.value === "form" && <KeyForm before={key} onClose={close} onSent={onChanged} />}
      {open.value === "deletion" && (
        <Confirm
          title={t.deleteTitle(key.name)}
          text={t.deleteText}
          keep={t.keep}
          action={t.delete}
          run={remove}
          onClose={close}
        />
      )}
    </li>
  );

  function show(what: "form" | "deletion") {
    open.value = what;
  }
}
