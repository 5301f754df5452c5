// @ts-check
// `npm run api-key`: prints a new key for callers, and its hash for the server. Neither is stored. Runs on Node 18.

import { createHash, randomBytes } from "node:crypto";

const KEY_BYTES = 24;

const key = `sk-${randomBytes(KEY_BYTES).toString("base64url")}`;
const hash = createHash("sha256").update(key).digest("hex");

console.log(`For the caller, who sends it as  Authorization: Bearer <key>:
  ${key}
For the server, in the secret API_KEYS (several, separated by commas):
  ${hash}`);
