/** Bundles the batch command with everything it needs into packages/batch/dist, and packs that folder. */
import { chmodSync, copyFileSync } from "node:fs";
import path from "node:path";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";

const PACKAGE = "packages/batch";

/** @returns one line that names the tarball. */
export async function packBatch(root: string, target = path.join(root, PACKAGE, "dist")): Promise<string> {
  const { build } = await import("vite");
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: path.join(root, "scripts/batch/pack/main.ts"),
      target: "node20",
      outDir: target,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { entryFileNames: "dreamina-batch.mjs", banner: "#!/usr/bin/env node" } },
    },
  });
  chmodSync(path.join(target, "dreamina-batch.mjs"), 0o755);
  copyFileSync(path.join(root, "LICENSE"), path.join(target, "LICENSE"));
  const npm = start("npm", ["pack", "--silent", "--pack-destination", target], {
    cwd: path.join(root, PACKAGE),
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, output } = await collect(npm);
  if (code !== 0) throw new Error(`npm pack failed: ${output}`);
  return `Packed ${path.join(target, output.trim().split("\n").at(-1) ?? "")}`;
}
