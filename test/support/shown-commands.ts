/** The commands in a document, and their faults: an unknown script, flag, file or wrangler command. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { batchFlags } from "#scripts/batch/flags.ts";
import { benchFlags } from "#scripts/bench/flags.ts";
import { deployFlags, destroyFlags } from "#scripts/bootstrap/deploy-flags.mjs";
import { startFlags } from "#scripts/bootstrap/start-flags.mjs";
import type { markdownOf } from "./markdown.ts";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

export const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What `npm run batch:pack` makes. */
const packed = JSON.parse(read("packages/batch/package.json")) as { name: string; version: string };

export const withoutComment = (line: string) => line.replace(/\s+# .*$/, "");

/** Every command of npm, npx, node and wrangler, in blocks and in the text, without the variables set before it. */
export function commandsOf({ blocks, spans }: ReturnType<typeof markdownOf>): string[] {
  const lines = blocks.filter(({ kind }) => kind === "sh").flatMap(({ code }) => code.split("\n").map(withoutComment));
  const commands = [...lines, ...spans]
    .flatMap((line) => line.split(" && "))
    .map((line) => line.replace(/^(?:[A-Z_]+=\S+ )+/, "").trim());
  return [...new Set(commands.filter((line) => /^(npm|npx|node|wrangler) /.test(line)))];
}

/** @returns the fault of a command, or undefined if it has none. */
export async function faultOf(command: string): Promise<string | undefined> {
  const [program = "", ...rest] = command.split(" ");
  if (program === "npx") return rest[0] === "wrangler" ? wranglerFault(rest.slice(1)) : "npx of something else";
  if (program === "wrangler") return wranglerFault(rest);
  if (program === "node") return nodeFault(rest);
  if (rest.join(" ") === `install -g ./${packed.name}-${packed.version}.tgz`) return undefined;
  const [script = "", ...given] = rest[0] === "run" ? rest.slice(1) : rest;
  // npm's own.
  if (["audit", "ci"].includes(script)) return undefined;
  if (scripts[script] === undefined) return "no such script";
  if (given.length > 0 && given[0] !== "--") return "npm keeps flags without -- for itself";
  return flagsFault(script, given.slice(1));
}

/** A name that `run.mjs` does not know is a fault as much as a file that is missing. */
function nodeFault([file = "", name]: string[]): string | undefined {
  if (!existsSync(path.join(root, file))) return "no such file";
  if (name === undefined) return undefined;
  return new RegExp(`^  (?:async )?${name}(?:\\(|:)`, "m").test(read(file))
    ? undefined
    : `no command ${name} in ${file}`;
}

const placeholders: Record<string, string> = {
  N: "2",
  DIR: "folder",
  URL: "http://localhost:9000",
  NAME: "images",
  FILE: "figures.json",
};

const readers: Record<string, (args: string[]) => unknown> = {
  start: startFlags.read,
  batch: (args) => batchFlags({ name: "npm run batch --", hasLocal: true }).read(args, { DREAMINA_SESSION: "us-a" }),
  bench: benchFlags.read,
  deploy: deployFlags.read,
  destroy: destroyFlags.read,
};

/** Asks the script's own reader of flags; `npm test` passes its arguments to Vitest. */
async function flagsFault(script: string, args: string[]): Promise<string | undefined> {
  if (args.length === 0) return undefined;
  if (script === "test") return testFault(args);
  const readFlags = readers[script];
  if (readFlags === undefined) return "the script takes no flags";
  try {
    readFlags(args.map((word) => placeholders[word] ?? word));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function testFault(args: string[]): string | undefined {
  const projects = [...read("vitest.config.ts").matchAll(/name: "(\w+)"/g)].map(([, name]) => name);
  return args
    .map((word, at) => {
      if (word === "--project") return projects.includes(args[at + 1]) ? undefined : `no project ${args[at + 1]}`;
      if (args[at - 1] === "--project") return undefined;
      return existsSync(path.join(root, word)) ? undefined : `no such file: ${word}`;
    })
    .find((fault) => fault !== undefined);
}

/**
 * Commands of wrangler with their arguments, as `wrangler … --help` of 4.155.0 lists them. The project has no
 * wrangler.toml, so each has to name its Worker.
 */
const wranglerCommands = [
  /^login$/,
  /^tail dreamina-(api|consumer)( --format json| --search \S.*)*$/,
  /^rollback --name \S+$/,
  /^secret (put|delete)( [A-Z_]+ (-c wrangler\.(api|consumer)\.toml|--name \S+))?$/,
  /^queues resume-delivery \S+$/,
];

function wranglerFault(words: string[]): string | undefined {
  const command = words.join(" ");
  return wranglerCommands.some((known) => known.test(command)) ? undefined : "not a command that wrangler takes here";
}
