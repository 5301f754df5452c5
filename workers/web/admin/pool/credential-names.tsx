/** Name, masked text, region or cloud, and health of a credential. */
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { relative } from "#web/admin/relative.ts";
import { adminPoolMessages } from "#web/messages/admin-pool.ts";
import { messages } from "#web/messages/index.ts";
import { placeName } from "./place-name.ts";

const looks: Record<PoolCredential["health"], "good" | "unsure" | "bad" | ""> = {
  ready: "good",
  busy: "good",
  paused: "",
  cooling: "unsure",
  no_credits: "unsure",
  expired: "bad",
};

export function CredentialNames({ of: credential }: { of: PoolCredential }) {
  const t = messages(adminPoolMessages);
  const { name, credential: masked, health, out_until: outUntil } = credential;
  const look = looks[health];
  return (
    <div class="entry-names">
      <h3>{name || <code>{masked}</code>}</h3>
      {name !== "" && <code>{masked}</code>}
      <span class="note">{placeName(credential)}</span>
      <span class={`state ${look}`}>
        <span class={`dot ${look}`} aria-hidden="true" />
        {t.health[health]}
      </span>
      {outUntil !== null && <span class="note">{t.triedAgain(relative(outUntil))}</span>}
    </div>
  );
}
