/** Which models a key may use: all, or some of the server's list. */
import type { Model } from "#shared/wire/models.ts";
import { Loaded } from "#web/admin/parts/loaded.tsx";
import { call } from "#web/admin/state/call.ts";
import { useResource } from "#web/admin/state/use-resource.ts";
import { Segments } from "#web/components/segments.tsx";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";
import type { KeyFields } from "./key-fields.ts";

type ModelFieldsProps = { fields: KeyFields; onChange: (part: Partial<KeyFields>) => void };

export function ModelFields({ fields, onChange }: ModelFieldsProps) {
  const t = messages(adminKeyMessages);
  return (
    <>
      <Segments
        label={t.models}
        options={[
          { value: "all", text: t.all },
          { value: "some", text: t.some },
        ]}
        value={fields.isSome ? "some" : "all"}
        onChange={(chosen) => onChange({ isSome: chosen === "some" })}
      />
      {fields.isSome && <SomeModels chosen={fields.models} onChange={(models) => onChange({ models })} />}
    </>
  );
}

type SomeModelsProps = { chosen: readonly string[]; onChange: (models: string[]) => void };

/** Those that the key has and the list does not are kept, and can be taken away. */
function SomeModels({ chosen, onChange }: SomeModelsProps) {
  const list = useResource(() => call<{ data: Model[] }>("/v1/models").then(({ data }) => data.map(({ id }) => id)));
  return (
    <Loaded resource={list}>
      {(ids) => (
        <div class="model-fields">
          {[...new Set([...ids, ...chosen])].map((id) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) =>
                  onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
              <code>{id}</code>
            </label>
          ))}
        </div>
      )}
    </Loaded>
  );
}
