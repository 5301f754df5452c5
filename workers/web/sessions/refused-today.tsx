/** Says of the regions whose sessions Dreamina refuses today what works in their place. Nothing of the others. */
import type { RegionId } from "#shared/region-ids.ts";
import { firstMessages } from "#web/messages/first.ts";
import { messages } from "#web/messages/index.ts";
import { isDirect } from "#web/state/connection.ts";
import { showPart } from "./opened.ts";

/** A relay may bring what Dreamina asks for, and a simulator asks for nothing. */
export function RefusedToday({ region }: { region: RegionId | null }) {
  const t = messages(firstMessages);
  if (!isDirect.value || region === null || region === "cn") return null;
  return (
    <p class="refused-today">
      {t.refused}{" "}
      <button type="button" class="link-button" onClick={() => showPart("keys")}>
        {t.getKey}
      </button>
    </p>
  );
}
