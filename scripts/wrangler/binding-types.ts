/**
 * Writes, or only checks, the env.d.ts of both Workers. The wrangler files name their secrets, and only those are
 * typed: `.dev.vars` changes nothing.
 */
import { collect } from "#scripts/bootstrap/collect.mjs";
import { startWrangler } from "./run.ts";

const WORKERS = { api: "ApiEnv", consumer: "ConsumerEnv" };

/** Writes the types. @returns the exit code */
export async function writeBindingTypes(): Promise<number> {
  const { code, output } = await bindingTypes();
  console.log(code === 0 ? "Wrote workers/api/env.d.ts and workers/consumer/env.d.ts." : output);
  return code;
}

/** Writes the types, or with `check` only compares them. */
export async function bindingTypes({ check = false } = {}): Promise<{ code: number; output: string }> {
  const results = await Promise.all(
    Object.entries(WORKERS).map(([worker, name]) => collect(generate(worker, name, check))),
  );
  return { code: results.some(({ code }) => code !== 0) ? 1 : 0, output: results.map(({ output }) => output).join("") };
}

function generate(worker: string, envInterface: string, check: boolean) {
  const file = `workers/${worker}/env.d.ts`;
  const flags = ["--env-interface", envInterface, "--include-runtime=false", "--strict-vars=false"];
  return startWrangler(["types", file, "-c", `wrangler.${worker}.toml`, ...flags, ...(check ? ["--check"] : [])]);
}
