/** The numbers that limit a key. */
import { useId } from "preact/hooks";
import { TextField } from "#web/admin/parts/text-field.tsx";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import type { KeyFields } from "./key-fields.ts";

type LimitFieldsProps = { fields: KeyFields; onChange: (part: Partial<KeyFields>) => void };

export function LimitFields({ fields, onChange }: LimitFieldsProps) {
  const t = messages(adminKeyMessages);
  const id = useId();
  const limits = [
    { name: "perDay", label: t.perDay },
    { name: "perMonth", label: t.perMonth },
    { name: "atOnce", label: t.atOnce },
  ] as const;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend, and the note is its name.
    <div class="field" role="group" aria-labelledby={id}>
      <div class="limit-fields">
        {limits.map(({ name, label }) => (
          <TextField
            key={name}
            label={label}
            inputMode="numeric"
            value={fields[name]}
            onText={(text) => onChange({ [name]: text })}
          />
        ))}
      </div>
      <p class="note" id={id}>
        {t.limitNote}
      </p>
    </div>
  );
}
