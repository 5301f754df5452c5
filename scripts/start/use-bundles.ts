/**
 * The Workers of a local run, bundled before it starts. wrangler would otherwise reload both when a source changes,
 * which loses the messages of its queue, and look for changes all the time.
 */
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { bundleOf } from "#scripts/wrangler/bundle.ts";
import type { WranglerConfig } from "#scripts/wrangler/file.ts";

/**
 * Bundles each Worker and copies the bundle beside its configuration.
 * @param configs the paths of the written configurations
 * @returns changes a Worker's configuration so that its bundle runs
 * @throws Error with wrangler's reason when a Worker cannot be built
 */
export async function useBundles(root: string, configs: string[]): Promise<(config: WranglerConfig) => WranglerConfig> {
  const entries = await Promise.all(
    configs.map(async (file) => {
      const config: WranglerConfig = JSON.parse(readFileSync(file, "utf8"));
      const entry = await bundleOf(root, { file, config }).catch((error: Error) => {
        throw new Error(`The Worker ${config.name} cannot be built: ${error.message} Nothing was started.`);
      });
      const folder = path.join(path.dirname(file), `bundle-${config.name}`);
      cpSync(path.dirname(entry), folder, { recursive: true });
      return [config.name, path.join(folder, path.basename(entry))] as const;
    }),
  );
  const entryOf = new Map(entries);
  return ({ base_dir, build, ...config }) => ({ ...config, main: entryOf.get(config.name), no_bundle: true });
}
