import type { PoolCredential } from "#shared/wire/credentials.ts";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { sessionMessages } from "#web/messages/sessions.ts";

/** The region of a session or the cloud of a key, in words; one of a later version as it is written. */
export function placeName({ upstream, place }: Pick<PoolCredential, "upstream" | "place">): string {
  const names: Record<string, string> =
    upstream === "ark" ? messages(keyMessages).clouds : messages(sessionMessages).regions;
  return names[place] ?? place;
}
