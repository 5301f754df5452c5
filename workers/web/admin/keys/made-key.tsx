/** Shows a new key, this once. */
import { useId } from "preact/hooks";
import type { CreatedKey } from "#shared/wire/keys.ts";
import { Button } from "#web/components/button.tsx";
import { copyText } from "#web/components/clipboard.ts";
import { Dialog } from "#web/components/dialog.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminKeyMessages } from "#web/messages/admin-keys.ts";
import { messages } from "#web/messages/index.ts";

export function MadeKey({ made, onClose }: { made: CreatedKey; onClose: () => void }) {
  const t = messages(adminKeyMessages);
  const id = useId();
  return (
    <Dialog title={t.madeTitle(made.name)} class="form-dialog" isHeld onClose={onClose}>
      <p id={id}>{t.madeOnce}</p>
      <div class="made-key">
        <input
          class="input"
          readOnly
          value={made.key}
          aria-label={t.key}
          aria-describedby={id}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button look="main" icon="copy" onClick={() => void copyText(made.key, t.copied)}>
          {t.copy}
        </Button>
      </div>
      <div class="confirm-actions">
        <Button onClick={onClose}>{messages(adminMessages).done}</Button>
      </div>
    </Dialog>
  );
}
