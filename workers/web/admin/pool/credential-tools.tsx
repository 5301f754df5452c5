/** The buttons of a credential. */
import { IconButton } from "#web/components/button.tsx";
import { Menu } from "#web/components/menu.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";

type CredentialToolsProps = {
  label: string;
  isBusy: boolean;
  onCheck: () => void;
  onForm: () => void;
  onRemoval: () => void;
};

export function CredentialTools({ label, isBusy, onCheck, onForm, onRemoval }: CredentialToolsProps) {
  const t = messages(adminPoolMessages);
  return (
    <div class="entry-actions">
      <IconButton
        icon="again"
        size={18}
        label={t.check(label)}
        class={isBusy ? "turning" : ""}
        disabled={isBusy}
        onClick={onCheck}
      />
      <Menu
        label={messages(adminMessages).actions(label)}
        items={[
          { label: t.change, icon: "sliders", run: onForm },
          { label: t.remove, icon: "trash", run: onRemoval, isDanger: true },
        ]}
      />
    </div>
  );
}
