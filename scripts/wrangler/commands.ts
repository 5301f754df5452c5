/**
 * Runs one command of the project's wrangler to its end, without a terminal, and turns a failure into its own words.
 */
import { stripVTControlCharacters } from "node:util";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { startWrangler } from "./run.ts";

/** Lines that wrangler adds after the reason for people who call it by hand. */
const NOT_A_REASON = [/^If you think this is a bug/, /^https:\/\/github\.com\/cloudflare\/workers-sdk\/issues/, /^🪵/];

/** Runs one command. @returns all of its output @throws Error with wrangler's reason when it fails */
export async function wrangler(args: string[], { env = {} }: { env?: Record<string, string> } = {}): Promise<string> {
  const { code, output } = await collect(startWrangler(args, { env: { ...env, FORCE_COLOR: "0" } }));
  const text = stripVTControlCharacters(output);
  if (code === 0) return text;
  throw new Error(reasonIn(text));
}

/** The error in wrangler's output, in one paragraph; its last line when it names none. */
export function reasonIn(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const start = lines.findIndex((line) => line.includes("[ERROR]"));
  const said = start < 0 ? [lines.findLast((line) => line !== "") ?? "no reason given"] : lines.slice(start);
  return said
    .filter((line) => line !== "" && !NOT_A_REASON.some((pattern) => pattern.test(line)))
    .map((line) => line.replace(/^✘?\s*\[ERROR\]\s*/, ""))
    .join(" ");
}
