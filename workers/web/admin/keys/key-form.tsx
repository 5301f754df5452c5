/** The form that makes or changes a key. */
import { useSignal } from "@preact/signals";
import type { CreatedKey, Key } from "#shared/wire/keys.ts";
import { maxKeyNameCharacters } from "#shared/wire/limits.ts";
import { FormDialog } from "#web/admin/parts/form-dialog.tsx";
import { TextField } from "#web/admin/parts/text-field.tsx";
import { call } from "#web/admin/state/call.ts";
import { notify } from "#web/components/toast.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import { bodyOf, faultOf, fieldsOf, type KeyFields } from "./key-fields.ts";
import { LimitFields } from "./limit-fields.tsx";
import { ModelFields } from "./model-fields.tsx";

type KeyFormProps = {
  /** The key that is changed; null: a new one. */
  before: Key | null;
  onClose: () => void;
  /** Of a new key, with the key itself. */
  onSent: (key: CreatedKey) => Promise<void>;
};

export function KeyForm({ before, onClose, onSent }: KeyFormProps) {
  const t = messages(adminKeyMessages);
  // The list behind the form is loaded again and again, with what others change.
  const opened = useSignal(before).peek();
  const fields = useSignal(fieldsOf(opened));
  const change = (part: Partial<KeyFields>) => {
    fields.value = { ...fields.value, ...part };
  };
  const faults = { name: t.nameMissing, expiry: t.expiryFault, limit: t.limitFault, models: t.modelsMissing };
  const send = async () => {
    const path = before === null ? "/v1/admin/keys" : `/v1/admin/keys/${before.id}`;
    const method = before === null ? "POST" : "PATCH";
    const sent = await call<CreatedKey>(path, { method, json: bodyOf(fields.value, opened) });
    if (before !== null) notify(messages(adminMessages).saved);
    await onSent(sent);
  };
  return (
    <FormDialog
      title={before === null ? t.make : t.changeTitle}
      submit={before === null ? t.make : messages(adminMessages).save}
      fault={() => {
        const fault = faultOf(fields.value, opened);
        return fault && faults[fault];
      }}
      send={send}
      onClose={onClose}
    >
      <TextField
        label={t.name}
        value={fields.value.name}
        maxLength={maxKeyNameCharacters}
        placeholder={t.namePlaceholder}
        onText={(name) => change({ name })}
      />
      <TextField
        label={t.expiry}
        note={t.expiryNote}
        type="date"
        value={fields.value.lastDay}
        onText={(lastDay) => change({ lastDay })}
      />
      <LimitFields fields={fields.value} onChange={change} />
      <ModelFields fields={fields.value} onChange={change} />
      <label class="switch-line">
        <span class="switch">
          <input
            type="checkbox"
            checked={fields.value.batches}
            onChange={(event) => change({ batches: event.currentTarget.checked })}
          />
          <span />
        </span>
        {t.batches}
      </label>
    </FormDialog>
  );
}
