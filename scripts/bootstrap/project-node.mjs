// @ts-check
// Hands a script over to the Node that is installed in node_modules. Runs on Node 18, after the installation.

import { existsSync, realpathSync } from "node:fs";
import { projectNode } from "./install.mjs";
import { start } from "./processes.mjs";

const MIN_VERSION = 24;

/**
 * Returns if this process already is the project's Node. Otherwise runs the script with it and exits with its code.
 *
 * @param {string} root
 */
export async function handOver(root) {
  const node = projectNode(root);
  if (!existsSync(node)) {
    if (Number.parseInt(process.versions.node, 10) >= MIN_VERSION) return;
    throw new Error(`${node} is missing: npm did not run its install script. Try: npm rebuild node`);
  }
  if (realpathSync(node) === realpathSync(process.execPath)) return;
  const { exited } = start(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" });
  const { code } = await exited;
  process.exit(code ?? 1);
}
