/** The local secrets file `.dev.vars`: made with random keys when there is none, otherwise kept as it is. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type AdminKey, hashOfKey, makeAdminKey } from "./admin-key.ts";

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const KEY_LINE = /^[ \t]*(?:export[ \t]+)?SECRET_KEY[ \t]*=[ \t]*(.*)$/m;
const ADMIN_LINE = /^[ \t]*(?:export[ \t]+)?ADMIN_KEY_HASH[ \t]*=[ \t]*["']?(\w*)/m;
const ADMIN_KEY = /^# The administrator's key: (\S+)$/m;

/**
 * Makes sure that `.dev.vars` has a SECRET_KEY and an administrator, with the key in a comment. Of several runs that begin
 * at the same time one makes the file, and the others read it. An ADMIN_KEY_HASH without a value stays: then there is no
 * administrator.
 *
 * @returns its text, and the administrator's key; null where it is not in the file.
 */
export function ensureDevVars(root: string): { text: string; admin: AdminKey | null } {
  const file = path.join(root, ".dev.vars");
  const isThere = existsSync(file);
  const text = isThere ? readFileSync(file, "utf8") : "";
  const withKey = withSecretKey(text, () => randomBytes(KEY_BYTES).toString("base64url"));
  const complete = withAdmin(withKey, makeAdminKey);
  if (complete === text) return { text, admin: adminIn(text) };
  if (!isThere && !makePrivate(file, complete)) return ensureDevVars(root);
  writePrivate(file, complete);
  if (withKey !== text) console.log(`Wrote a random SECRET_KEY into ${path.relative(process.cwd(), file)}.`);
  return { text: complete, admin: adminIn(complete) };
}

/** The text with an administrator: unchanged if it has a line for one. */
export function withAdmin(text: string, make: () => AdminKey): string {
  if (ADMIN_LINE.test(text)) return text;
  const { key, hash } = make();
  return [`# The administrator's key: ${key}`, `ADMIN_KEY_HASH=${hash}`].reduce(appendLine, text);
}

/** The administrator's key of a text whose comment and hash agree. */
export function adminIn(text: string): AdminKey | null {
  const key = ADMIN_KEY.exec(text)?.[1];
  const hash = ADMIN_LINE.exec(text)?.[1];
  return key !== undefined && hash === hashOfKey(key) ? { key, hash } : null;
}

/** @returns whether this made the file; false: it was there. */
function makePrivate(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { mode: OWNER_ONLY, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The text with a SECRET_KEY: unchanged if it has one, filled in where it is empty, else appended. */
export function withSecretKey(text: string, makeKey: () => string): string {
  const found = KEY_LINE.exec(text);
  if (!found) return appendLine(text, `SECRET_KEY=${makeKey()}`);
  if ((found[1] ?? "").replace(/["']/g, "").trim() !== "") return text;
  return text.replace(KEY_LINE, () => `SECRET_KEY=${makeKey()}`);
}

/** The text with one more line. Of two lines with the same name the later one counts. */
export function appendLine(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

/** Writes a file that only its owner can read. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: OWNER_ONLY });
  chmodSync(file, OWNER_ONLY); // the mode above counts only for a new file
}
