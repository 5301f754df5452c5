// @ts-check
// Reading flags of a command: text in, values or a UsageError out. Runs on Node 18.

import { parseArgs } from "node:util";

/** @typedef {Record<string, string | undefined>} Env */

/** Wrong flags. Its message is the whole sentence for the person at the terminal. */
export class UsageError extends Error {}

/**
 * The values of a command's flags, by name. Words that are no flags are refused, or collected in `words`.
 *
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options
 * @param {string[]} args
 * @param {Env} env
 * @param {{ npmCommand: string, options: Options, words?: string[] }} command `npmCommand` is how people start it: "npm start"
 * @throws {UsageError}
 */
export function parseFlags(args, env, { npmCommand, options, words }) {
  refuseSwallowed(args, env, { npmCommand, names: Object.keys(options) });
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: words !== undefined });
    words?.push(...positionals);
    return values;
  } catch (error) {
    // "Unknown option '--x'. To specify a positional …": only the first sentence helps.
    const [sentence = ""] = /** @type {Error} */ (error).message.split(/\.\s|\n/);
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`);
  }
}

/**
 * `npm run deploy --dry-run`, without the dashes before the flag, is kept by npm and would deploy in earnest.
 *
 * @param {string[]} args
 * @param {Env} env
 * @param {{ npmCommand: string, names: string[] }} command
 */
function refuseSwallowed(args, env, { npmCommand, names }) {
  const name = names.find((flag) => env[`npm_config_${flag.replaceAll("-", "_")}`] && !args.includes(`--${flag}`));
  if (name === undefined) return;
  throw new UsageError(`npm kept --${name} for itself. Put -- before the flags: ${npmCommand} -- --${name} …`);
}

/**
 * Reads a command's flags. Ends the process with the usage after `--help` (exit code 0) or a UsageError (exit code 1, or
 * `usageExitCode`).
 *
 * @template {{ help: boolean }} Flags
 * @param {{ usage: string, read: (args: string[], env: Env) => Flags, usageExitCode?: number }} reader
 * @param {string[]} args
 * @returns {Flags}
 */
export function flagsOrExit({ usage, read, usageExitCode = 1 }, args) {
  try {
    const flags = read(args, process.env);
    if (!flags.help) return flags;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exit(usageExitCode);
  }
}
