/** Seals again the credentials that a former SECRET_KEY sealed. */
import { log } from "#shared/log.ts";
import type { Seal } from "#shared/seal.ts";
import { deleteCredential, selectCredential, selectSealed, updateSealed } from "./credentials.ts";

/** One that neither key opens is left as it is. @returns how many were sealed again, or were there twice. */
export async function reseal(sql: DurableObjectStorage["sql"], seal: Seal): Promise<number> {
  let count = 0;
  for (const { id, tag, sealed, label } of selectSealed(sql, 0, Number.MAX_SAFE_INTEGER)) {
    const text = await seal.open(sealed, `session:${tag}`).catch(() => null);
    if (text === null) {
      log("error", "credential_unreadable", { session: label });
      continue;
    }
    const present = await seal.tag("session", text);
    if (present === tag) continue;
    // The same credential was added with the new key already.
    if (selectCredential(sql, "tag", present) !== null) {
      deleteCredential(sql, id);
      count += 1;
      continue;
    }
    updateSealed(sql, id, { tag: present, sealed: await seal.seal(text, `session:${present}`) });
    count += 1;
  }
  return count;
}
