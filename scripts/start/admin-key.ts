/** A key for the administrator. Only its hash is given to the server. */
import { createHash, randomBytes } from "node:crypto";

const KEY_BYTES = 24;

export type AdminKey = { key: string; hash: string };

export function makeAdminKey(): AdminKey {
  const key = `adm-${randomBytes(KEY_BYTES).toString("base64url")}`;
  return { key, hash: hashOfKey(key) };
}

export const hashOfKey = (key: string): string => createHash("sha256").update(key).digest("hex");
