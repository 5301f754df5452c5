/** Removes folders when it is called, or else when this process ends. A signal ends it without any `finally`. */
import { rmSync } from "node:fs";

export function removeAtExit(...folders: string[]): () => void {
  const remove = () => {
    process.off("exit", remove);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  return remove;
}
