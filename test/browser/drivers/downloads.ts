/** Files that a browser saves in a folder. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Driver } from "./driver.ts";
import { waitFor } from "./patience.ts";

/** Endings of files that a browser has not written to the end. */
const unfinished = /\.(part|wkdownload)$/;

export function savedIn(folder: string): Driver["saved"] {
  return async (act) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await act();
    return waitFor("a saved file", async () => {
      const names = readdirSync(folder);
      const [name] = names;
      if (name === undefined || names.some((one) => unfinished.test(one))) return undefined;
      const bytes = readFileSync(path.join(folder, name));
      // Firefox makes an empty file under the final name beside the unfinished one.
      return bytes.length === 0 ? undefined : { name, bytes };
    });
  };
}
