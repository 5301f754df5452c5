import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { stopAll } from "#scripts/bootstrap/processes.mjs";
import { startSimulator } from "#scripts/start/simulator.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const state = mkdtempSync(path.join(tmpdir(), "simulator-"));

afterAll(async () => {
  await stopAll();
  rmSync(state, { recursive: true, force: true });
});

it("the simulator of a local run keeps its state in the run's state folder", async () => {
  const { origin } = await startSimulator(root, state);
  expect((await fetch(`${origin}/_sim/state`)).status).toBe(200);
  expect(readdirSync(state)).toEqual(["simulator.state"]);
});
