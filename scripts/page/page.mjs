// The page beside a local run: built before wrangler starts, and under `npm run dev` again whenever its sources change.
// A process of its own builds it (`run.mjs build`), so that the bundler does not stay in memory.

import { existsSync, watch } from "node:fs";
import path from "node:path";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";
import { isCurrent, pageFolder, SOURCE_FOLDERS } from "./stamp.mjs";

const QUIET_MS = 150;

/** A page that cannot be built does not keep the API from starting when there is an older one. */
export async function ensurePage(root) {
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

/** @returns exit code and output of the build; both empty when there was nothing to do. */
export async function buildIfStale(root) {
  if (isCurrent(root)) return { code: 0, output: "" };
  const script = path.join(root, "scripts/bootstrap/run.mjs");
  return collect(start(process.execPath, [script, "build"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Builds again after every change, one build at a time, until the process ends. */
export function watchPage(root) {
  let timer;
  let building = Promise.resolve();
  const changed = (_event, file) => {
    if (file?.split(path.sep)[0] === path.basename(pageFolder(root))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(() => ensurePage(root)).catch((error) => console.error(error.message));
    }, QUIET_MS);
  };
  for (const folder of SOURCE_FOLDERS.map((name) => path.join(root, name)).filter(existsSync)) {
    watch(folder, { recursive: true }, changed);
  }
}
