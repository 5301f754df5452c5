/**
 * Starts the simulated upstream as a process of its own, and reads its address from the line it prints. With a
 * state it keeps its jobs in a file, so that a task that was running when everything stopped is found again.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { start } from "#scripts/bootstrap/processes.mjs";
import { pipeOf } from "#scripts/wrangler/pipe.ts";

const FILE = "simulator.state";

/** @param state the directory of its file; null: it keeps none. `died` rejects when the simulator ends; it never resolves. */
export async function startSimulator(
  root: string,
  state: string | null,
): Promise<{ origin: string; died: Promise<never> }> {
  const kept = state === null ? [] : ["--state", path.join(state, FILE)];
  const args = [path.join(root, "test/simulator/main.ts"), "--port", "0", ...kept];
  const { child, exited } = start(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const died: Promise<never> = exited.then(({ code, signal }) => {
    throw new Error(`The simulator ended by itself (${signal ?? `exit code ${code}`}).`);
  });
  died.catch(() => {}); // not awaited while this process stops
  const lines = createInterface({ input: pipeOf(child.stdout) });
  const first = new Promise<string>((resolve) => lines.once("line", resolve));
  const line = await Promise.race([first, died]);
  lines.on("line", (text) => console.log(`[simulator] ${text}`));
  return { origin: JSON.parse(line).url, died };
}
