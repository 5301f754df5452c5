/** Adds sessions and official keys to the pool. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { maxCredentialNameCharacters } from "#shared/wire/limits.ts";
import { FormDialog } from "#web/admin/parts/form-dialog.tsx";
import { TextField } from "#web/admin/parts/text-field.tsx";
import { call } from "#web/admin/state/call.ts";
import { notify } from "#web/components/toast.tsx";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { defaultRegion } from "#web/sessions/default-region.ts";

import { readPasted } from "./read-pasted.ts";
import { RegionChoice } from "./region-choice.tsx";

type AddCredentialsProps = { onClose: () => void; onAdded: () => Promise<void> };

export function AddCredentials({ onClose, onAdded }: AddCredentialsProps) {
  const t = messages(adminPoolMessages);
  const id = useId();
  const text = useSignal("");
  const name = useSignal("");
  const read = () => readPasted(text.value, defaultRegion.value);
  const send = async () => {
    const json = { credentials: read().texts.join("\n"), name: name.value.trim() };
    const { data } = await call<Added>("/v1/admin/credentials", { method: "POST", json });
    const count = data.filter((one) => one.is_new).length;
    notify(count === 0 ? t.known : t.added(count));
    await onAdded();
  };
  return (
    <FormDialog title={t.addTitle} submit={t.add} fault={() => read().fault} send={send} onClose={onClose}>
      <div class="field">
        <label class="label" for={id}>
          {t.paste}
        </label>
        <textarea
          id={id}
          class="input session-text"
          rows={3}
          value={text.value}
          placeholder={t.pasteHint}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby={`${id}-note`}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <p class="note" id={`${id}-note`}>
          {t.addNote}
        </p>
      </div>
      <RegionChoice />
      <TextField
        label={t.nameOptional}
        value={name.value}
        maxLength={maxCredentialNameCharacters}
        onText={(typed) => {
          name.value = typed;
        }}
      />
    </FormDialog>
  );
}

type Added = { data: (PoolCredential & { is_new: boolean })[] };
