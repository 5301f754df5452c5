/**
 * Kills the whole runtime (SIGKILL) at random times while paid calls are in the air. Every task ends, completed or with
 * an unknown outcome; no call is sent twice; and a task is unknown only when its call was in the air at a kill. The
 * times come from a printed seed; KILL_SEED in the environment sets it.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceFrom } from "#test/support/chance.ts";
import { keysIn } from "./support/buckets.ts";
import { caller, simulatorState } from "./support/caller.ts";
import { restartAfterDowntime } from "./support/downtime.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

/** A call of 30 s takes 1.5: some have their answers before the next kill, others not. */
const speed = 20;
const tasks = 40;
const kills = 5;
const maxAliveMs = 2_500;
/** Longer than the lease of a paid call. */
const downtimeSeconds = 400;
const keys = ["one", "two"].map((word) => `ark-ap-demo-key-ap-killed-${word}`).join(",");

const state = temporaryFolder();
let simulator: Running;
let api: Running;

beforeAll(async () => {
  simulator = await startSimulator(speed);
  api = await startRuntime({ state: state.path, upstream: simulator.url });
});

afterAll(async () => {
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

const ledger = async () => (await simulatorState(simulator.url)).ark.ledger;

it(`${tasks} tasks with keys end although the runtime is killed ${kills} times, and no call is charged twice`, async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  console.info(`KILL_SEED=${seed}`);
  const chance = chanceFrom(seed);
  const prompt = (number: number) => `paid ${number}.`;
  const submit = (number: number) =>
    caller(api.url, keys).submit({ prompt: prompt(number), model: "seedream-5.0-flash" });
  const ids = await Promise.all(Array.from({ length: tasks }, (_, number) => submit(number)));

  for (let kill = 1; kill <= kills; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, chance.below(maxAliveMs)));
    const place = { state: state.path, upstream: simulator.url };
    // Leases expire after the last kill, so that the test does not wait for them.
    api = await restartAfterDowntime(api, place, kill === kills ? downtimeSeconds : 0);
  }

  const me = caller(api.url, keys);
  const views = await Promise.all(ids.map((id) => me.result(id)));
  const ends = views.map(({ status, error_code }) => error_code ?? status);
  expect(new Set([...ends, "completed", "outcome_unknown"])).toEqual(new Set(["completed", "outcome_unknown"]));

  const calls = await ledger();
  const callsOf = (number: number) => calls.filter((call) => call.prompt === prompt(number));
  for (const [number, end] of ends.entries()) {
    const charged = callsOf(number);
    expect(charged.length, `${prompt(number)} (${end})`).toBeLessThanOrEqual(1);
    if (end === "completed") expect(charged).toMatchObject([{ outcome: "answered", images: 1 }]);
  }
  // Unknown: in the air at a kill; or handed out and not sent yet, or answered and not stored yet, at that moment.
  const inTheAir = calls.filter(({ outcome }) => outcome === "abandoned").length;
  const unknown = ends.filter((end) => end === "outcome_unknown").length;
  const betweenSteps = ends.filter(
    (end, number) => end === "outcome_unknown" && callsOf(number)[0]?.outcome !== "abandoned",
  ).length;
  // Printed, not bounded: how many calls such a moment catches depends on how busy the machine is.
  console.info(`unknown ${unknown}, in the air ${inTheAir}, between two steps ${betweenSteps}`);
  expect(unknown).toBe(inTheAir + betweenSteps);
  await api.stop();
  expect(keysIn(state.path, "dreamina-images")).toHaveLength(tasks - unknown);
}, 240_000);
