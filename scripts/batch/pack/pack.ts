/** Bundles the batch command with everything it needs into a folder, adds what packages/batch has, and packs that folder. */
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";

const PACKAGE = "packages/batch";

/** @returns one line that names the tarball. */
export async function packBatch(root: string, target = path.join(root, PACKAGE, "dist")): Promise<string> {
  const { build } = await import("vite");
  const built = await build({
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
  for (const file of ["LICENSE", `${PACKAGE}/package.json`, `${PACKAGE}/README.md`]) {
    copyFileSync(path.join(root, file), path.join(target, path.basename(file)));
  }
  writeFileSync(path.join(target, "LICENSES.txt"), licensesOf(root, modulesOf(built)));
  const npm = start("npm", ["pack", "--silent", "--pack-destination", target], {
    cwd: target,
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, output } = await collect(npm);
  if (code !== 0) throw new Error(`npm pack failed: ${output}`);
  return `Packed ${path.join(target, output.trim().split("\n").at(-1) ?? "")}`;
}

/** The files that went into the bundle. */
function modulesOf(built: unknown): string[] {
  const outputs = [built].flat() as { output: { moduleIds?: string[] }[] }[];
  return outputs.flatMap(({ output }) => output.flatMap(({ moduleIds }) => moduleIds ?? []));
}

/** The licenses of the packages in the bundle, which have to go with it. */
function licensesOf(root: string, modules: string[]): string {
  const names = modules.flatMap((file) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = path.join(root, "node_modules", name);
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} is in the bundle, but its license is not in ${folder}.`);
    return `${name}\n\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
  });
  return texts.join("\n---\n\n");
}
