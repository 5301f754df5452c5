/** One session or official key of the pool: its switch, names, health, facts and actions. */
import { useSignal } from "@preact/signals";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { Confirm } from "#web/admin/parts/confirm.tsx";
import { Facts } from "#web/admin/parts/facts.tsx";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { credentialFacts } from "./credential-facts.tsx";
import { CredentialForm } from "./credential-form.tsx";
import { CredentialNames } from "./credential-names.tsx";
import { CredentialSwitch } from "./credential-switch.tsx";
import { CredentialTools } from "./credential-tools.tsx";
import { Refusals } from "./refusals.tsx";
import { Running } from "./running.tsx";
import { useCredential } from "./use-credential.ts";

type CredentialRowProps = {
  of: PoolCredential;
  onChanged: (credential: PoolCredential) => void;
  onRemoved: () => Promise<void>;
};

export function CredentialRow({ of: credential, onChanged, onRemoved }: CredentialRowProps) {
  const t = messages(adminPoolMessages);
  const label = credential.name || credential.credential;
  const { isBusy, pause, check, remove } = useCredential(credential, onChanged, onRemoved);
  const open = useSignal<"form" | "removal" | null>(null);
  const close = () => {
    open.value = null;
  };
  const show = (what: "form" | "removal") => () => {
    open.value = what;
  };
  return (
    <li class={`entry ${credential.paused ? "off" : ""}`} aria-busy={isBusy.value || undefined}>
      <div class="entry-head">
        <CredentialSwitch label={t.use(label)} isOn={!credential.paused} onChange={(isOn) => void pause(!isOn)} />
        <CredentialNames of={credential} />
        <CredentialTools
          label={label}
          isBusy={isBusy.value}
          onCheck={() => void check()}
          onForm={show("form")}
          onRemoval={show("removal")}
        />
      </div>
      <Facts facts={credentialFacts(credential)} />
      <Refusals of={credential} />
      <Running ids={credential.running} />
      {open.value === "form" && <CredentialForm before={credential} onClose={close} onChanged={onChanged} />}
      {open.value === "removal" && (
        <Confirm
          title={t.removeTitle(label)}
          text={t.removeText}
          keep={t.keep}
          action={t.remove}
          run={remove}
          onClose={close}
        />
      )}
    </li>
  );
}
