/** Name and weight of a credential. */
import { useSignal } from "@preact/signals";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { maxCredentialNameCharacters, maxWeight } from "#shared/wire/limits.ts";
import { FormDialog } from "#web/admin/parts/form-dialog.tsx";
import { TextField } from "#web/admin/parts/text-field.tsx";
import { call } from "#web/admin/state/call.ts";
import { notify } from "#web/components/toast.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";

type CredentialFormProps = {
  before: PoolCredential;
  onClose: () => void;
  onChanged: (credential: PoolCredential) => void;
};

export function CredentialForm({ before, onClose, onChanged }: CredentialFormProps) {
  const t = messages(adminPoolMessages);
  // The list is read again while the form is open.
  const opened = useSignal(before).peek();
  const name = useSignal(opened.name);
  const weight = useSignal(String(opened.weight));
  const send = async () => {
    const given = { name: name.value.trim(), weight: Number(weight.value) };
    // Another administrator may have changed the other field meanwhile.
    const json = {
      ...(given.name !== opened.name && { name: given.name }),
      ...(given.weight !== opened.weight && { weight: given.weight }),
    };
    onChanged(await call<PoolCredential>(`/v1/admin/credentials/${opened.id}`, { method: "PATCH", json }));
    notify(messages(adminMessages).saved);
  };
  return (
    <FormDialog
      title={t.changeTitle}
      submit={messages(adminMessages).save}
      fault={() => (isWeight(weight.value) ? null : t.weightFault)}
      send={send}
      onClose={onClose}
    >
      <p>
        <code>{opened.credential}</code>
      </p>
      <TextField
        label={t.name}
        value={name.value}
        maxLength={maxCredentialNameCharacters}
        onText={(text) => {
          name.value = text;
        }}
      />
      <TextField
        label={t.weight}
        note={t.weightNote}
        inputMode="numeric"
        value={weight.value}
        onText={(text) => {
          weight.value = text;
        }}
      />
    </FormDialog>
  );
}

const isWeight = (text: string): boolean =>
  /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= maxWeight;
