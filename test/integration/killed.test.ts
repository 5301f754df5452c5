/**
 * SIGKILL of the whole runtime while tasks run, followed by a downtime longer than any lease. The local queue loses its
 * messages; the coordinator's rows and alarm must be enough to finish every task and to start no upstream job twice.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { caller, simulatorState } from "./support/caller.ts";
import { restartAfterDowntime } from "./support/downtime.ts";
import {
  descendantsOf,
  isAlive,
  type Running,
  startRuntime,
  startSimulator,
  temporaryFolder,
} from "./support/processes.ts";

const state = temporaryFolder();
const session = "us-demo-us-survivor";
let simulator: Running;
let api: Running;

beforeAll(async () => {
  simulator = await startSimulator(8);
  api = await startRuntime({ state: state.path, upstream: simulator.url });
});

afterAll(async () => {
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

const restart = () => restartAfterDowntime(api, { state: state.path, upstream: simulator.url });

/** Resolves when the simulator has this many jobs. */
async function untilJobs(count: number): Promise<void> {
  while ((await simulatorState(simulator.url)).jobs.length < count) await new Promise((next) => setTimeout(next, 20));
}

it("every task completes after three kills, and none is started twice", async () => {
  const taskCount = 12;
  const submit = (index: number) =>
    caller(api.url, session).submit({ prompt: `survivor ${index}.`, n: 2, resolution: "1k" });
  const ids = await Promise.all(Array.from({ length: taskCount }, (_, index) => submit(index)));

  // Kills after the answers, while jobs are submitted, and while images are generated and copied.
  api = await restart();
  for (const jobsSeen of [1, 6]) {
    await untilJobs(jobsSeen);
    api = await restart();
  }

  const me = caller(api.url, session);
  const views = await Promise.all(ids.map((id) => me.result(id)));
  expect(views.map(({ status, error }) => error ?? status)).toEqual(Array(taskCount).fill("completed"));
  for (const { images } of views) {
    expect(images).toHaveLength(2);
    for (const url of images ?? []) {
      const path = new URL(url).pathname;
      expect((await fetch(`${api.url}${path}`)).headers.get("content-type")).toBe("image/png");
      // The small version; the image itself where a kill came between the two.
      expect((await fetch(`${api.url}${path}/small`)).headers.get("content-type")).toBe("image/png");
    }
  }

  const { jobs, accounts } = await simulatorState(simulator.url);
  expect(jobs).toHaveLength(taskCount);
  expect(new Set(jobs.map((job) => job.submitId)).size).toBe(taskCount);
  const account = accounts.find((one) => one.session === "demo-us-survivor");
  expect(account?.credits).toBe(1000 - 2 * taskCount);
}, 600_000);

it("SIGTERM leaves no process of a runtime behind", async () => {
  const family = [api.pid, ...descendantsOf(api.pid)];
  expect(family.length).toBeGreaterThan(2);
  await api.stop();
  // The operating system removes ended processes after a delay.
  await expect.poll(() => family.filter(isAlive)).toEqual([]);
});
