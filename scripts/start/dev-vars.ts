/** The local secrets file `.dev.vars`: made with a random key when there is none, otherwise kept as it is. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const KEY_LINE = /^[ \t]*(?:export[ \t]+)?SECRET_KEY[ \t]*=[ \t]*(.*)$/m;

/** Makes sure that `.dev.vars` has a SECRET_KEY and returns its text. */
export function ensureDevVars(root: string): string {
  const file = path.join(root, ".dev.vars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const complete = withSecretKey(text, () => randomBytes(KEY_BYTES).toString("base64url"));
  if (complete !== text) {
    writePrivate(file, complete);
    console.log(`Wrote a random SECRET_KEY into ${path.relative(process.cwd(), file)}.`);
  }
  return complete;
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
