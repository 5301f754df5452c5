/**
 * The wrangler files of one local run: the project's own, moved to a directory of their own with paths made absolute,
 * beside a `.dev.vars` that names this run's upstream. `wrangler dev --var` reaches only the first of several workers
 * and `.dev.vars` is taken from the directory of the configuration; so this is what points both workers at the same
 * upstream.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readWranglerFile, type WranglerConfig } from "#scripts/wrangler/file.ts";
import { appendLine, writePrivate } from "./dev-vars.ts";

const WORKERS = ["api", "consumer"] as const;

type RunConfig = {
  root: string;
  directory: string;
  /** The text of `.dev.vars`. */
  devVars: string;
  /** Where the upstream answers; empty: the real hosts. */
  origin: string;
  /** Changes a configuration before it is written. */
  adapt?: (config: WranglerConfig, worker: string) => WranglerConfig;
};

/** Writes the files into `directory` and returns the paths of the configurations, the API's first. */
export function writeRunConfigs({ root, directory, devVars, origin, adapt = (config) => config }: RunConfig): string[] {
  mkdirSync(directory, { recursive: true });
  writePrivate(path.join(directory, ".dev.vars"), withRun(devVars, origin));
  return WORKERS.map((worker) => {
    // Nothing runs at a schedule on one machine, and wrangler would say so at every start.
    const { triggers, ...config } = movedConfig(readWranglerFile(path.join(root, `wrangler.${worker}.toml`)), root);
    const file = path.join(directory, `wrangler.${worker}.json`);
    writeFileSync(file, `${JSON.stringify(adapt(config, worker), null, 2)}\n`);
    return file;
  });
}

/** Settings that are taken from the environment, too: they belong to one machine. */
const OF_MACHINE = ["WEBHOOK_EXEMPT_ORIGIN", "ADMIN_KEY_HASH"];

/** With the settings of this run. */
function withRun(devVars: string, origin: string): string {
  const given = OF_MACHINE.flatMap((name) => {
    const { [name]: value = "" } = process.env;
    return value === "" ? [] : [`${name}="${value}"`];
  });
  return [`UPSTREAM_ORIGIN="${origin}"`, ...given].reduce(appendLine, devVars);
}

/**
 * The same configuration, readable from any directory. `secrets` is left out: with it a worker sees only the names
 * listed there, and a person who puts an optional secret into `.dev.vars` expects it to arrive.
 */
export function movedConfig(config: WranglerConfig, root: string): WranglerConfig {
  const { $schema, secrets, ...moved } = config;
  const absolute = (place: string) => path.resolve(root, place);
  for (const key of ["main", "base_dir", "tsconfig"] as const) {
    const place = moved[key];
    if (place !== undefined) moved[key] = absolute(place);
  }
  if (moved.assets?.directory !== undefined) {
    moved.assets = { ...moved.assets, directory: absolute(moved.assets.directory) };
  }
  if (moved.build !== undefined) {
    const { cwd = ".", watch_dir: watched } = moved.build;
    moved.build = { ...moved.build, cwd: absolute(cwd) };
    if (watched !== undefined) moved.build.watch_dir = [watched].flat().map(absolute);
  }
  return moved;
}
