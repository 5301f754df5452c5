/**
 * The page beside a local run: built before wrangler starts, and under `npm run dev` again whenever its sources change.
 * A process of its own builds it (`run.mjs build`), so that the bundler does not stay in memory.
 */
import { existsSync, watch } from "node:fs";
import path from "node:path";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";
import { isCurrent, pageFolder, SOURCE_FOLDERS } from "./stamp.ts";

const QUIET_MS = 150;

/** Builds the page. When it cannot be built, the API starts nevertheless with an older one. */
export async function ensurePage(root: string): Promise<void> {
  const { code, output } = await buildIfStale(root);
  if (code === 0) {
    if (output !== "") console.log(output.trim());
    return;
  }
  console.error(output.trim());
  const old = existsSync(path.join(pageFolder(root), "index.html"));
  if (!old) throw new Error("The page could not be built, see above. Nothing was started.");
  console.error("The page could not be built, see above. The one built before is served.");
}

/** @returns exit code and output of the build; 0 and empty when the page is current. */
export async function buildIfStale(root: string): Promise<{ code: number; output: string }> {
  if (isCurrent(root)) return { code: 0, output: "" };
  const script = path.join(root, "scripts/bootstrap/run.mjs");
  return collect(start(process.execPath, [script, "build"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Builds again after every change, one build at a time, until the process ends. */
export function watchPage(root: string): void {
  let timer: NodeJS.Timeout | undefined;
  let building = Promise.resolve();
  const changed = (_event: string, file: string | null) => {
    if (file?.split(path.sep)[0] === path.basename(pageFolder(root))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(() => ensurePage(root)).catch((error: Error) => console.error(error.message));
    }, QUIET_MS);
  };
  for (const folder of SOURCE_FOLDERS.map((name) => path.join(root, name)).filter(existsSync)) {
    watch(folder, { recursive: true }, changed);
  }
}
