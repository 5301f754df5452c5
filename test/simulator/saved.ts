// Stores the state of a simulator in a file. The file is replaced as a whole, so after a SIGKILL at any time it holds
// the state of the last answer.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import type { Store } from "./app.ts";
import type { Memory } from "./world.ts";

/** Raise the number when `Memory` or a type in it changes. */
const format = "simulated upstream, format 4\n";

/** @param warn called with a sentence when the file cannot be read and the simulator starts empty. */
export function fileStore(file: string, warn: (sentence: string) => void): Store {
  let saved = Buffer.alloc(0);
  return {
    load: () => load(file, warn),
    save(memory) {
      // Keeps shared references, Infinity and Set, which JSON loses.
      const bytes = Buffer.concat([Buffer.from(format), serialize(memory)]);
      if (bytes.equals(saved)) return;
      const fresh = `${file}.new`;
      writeFileSync(fresh, bytes);
      renameSync(fresh, file);
      saved = bytes;
    },
  };
}

function load(file: string, warn: (sentence: string) => void): Memory | undefined {
  try {
    const bytes = readFileSync(file);
    if (!bytes.subarray(0, format.length).equals(Buffer.from(format))) throw new Error("it has another format");
    return deserialize(bytes.subarray(format.length));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") warn(`${file} cannot be read, so the simulator starts empty: ${message}`);
    return undefined;
  }
}
