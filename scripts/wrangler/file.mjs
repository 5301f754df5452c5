// Reads a wrangler file. The parser is the one wrangler itself uses; loading all of wrangler for it takes a second.

import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";

/** @returns what the file says, by its own names; throws with file, line and column when it is not TOML. */
export function readWranglerFile(file) {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${path.basename(file)} cannot be read: ${error.message}`);
  }
}
