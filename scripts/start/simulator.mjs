// Starts the simulated upstream as a process of its own and learns its address from the line it prints. It remembers in
// a file, as the Workers do in theirs: a task that was running when both were stopped is found again.

import path from "node:path";
import { createInterface } from "node:readline";
import { start } from "#scripts/bootstrap/processes.mjs";

const FILE = "simulator.state";

/** `state` is the directory of the file. `died` rejects when the simulator ends; it never resolves. */
export async function startSimulator(root, state) {
  const args = [path.join(root, "test/simulator/main.ts"), "--port", "0", "--state", path.join(state, FILE)];
  const { child, exited } = start(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const died = exited.then(({ code, signal }) => {
    throw new Error(`The simulator ended by itself (${signal ?? `exit code ${code}`}).`);
  });
  died.catch(() => {}); // whoever waits for it hears of it; nobody waits while we stop
  const lines = createInterface({ input: child.stdout });
  const first = new Promise((resolve) => lines.once("line", resolve));
  const line = await Promise.race([first, died]);
  lines.on("line", (text) => console.log(`[simulator] ${text}`));
  return { origin: JSON.parse(line).url, died };
}
