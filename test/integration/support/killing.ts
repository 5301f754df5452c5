/**
 * Kills the whole runtime (SIGKILL) at random times while requests arrive and images are uploaded, generated and
 * copied. Every task whose id was returned completes, and none is paid twice. The times come from a printed seed;
 * KILL_SEED in the environment sets it.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceFrom } from "#test/support/chance.ts";
import { keysIn } from "./buckets.ts";
import { caller, simulatorState } from "./caller.ts";
import { restartAfterDowntime } from "./downtime.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./processes.ts";

/** Simulated seconds per real second: a job takes about as long as the runtime runs between kills. */
const speed = 6;
/** The longest time between a start and the next kill. */
const maxAliveMs = 2_500;
/** Three leases with the restarts between them; much longer than the test takes. */
const timeoutMs = 240_000;
const imagesEach = 2;

export type Kills = { name: string; kills: number; compositions: number; earlyGenerations: number; perRun: number };

/**
 * Registers the test. Every other kill is followed by a downtime in which leases expire; see downtime.ts.
 */
export function testRepeatedKills({ name, kills, compositions, earlyGenerations, perRun: perLife }: Kills): void {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  const chance = chanceFrom(seed);
  const taskCount = compositions + earlyGenerations + kills * perLife;
  const state = temporaryFolder();
  const sessions = ["one", "two", "three"].map((session) => `demo-us-${name}-${session}`);
  const authorization = sessions.map((session) => `us-${session}`).join(",");
  let simulator: Running;
  let api: Running;
  /** Settles when the runtime has restarted. */
  let back: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    simulator = await startSimulator(speed);
    api = await startRuntime({ state: state.path, upstream: simulator.url });
  });

  afterAll(async () => {
    await back.catch(() => {});
    await api?.stop();
    await simulator?.stop();
    state.remove();
  });

  async function killAndRestart(withDowntime: boolean): Promise<void> {
    const place = { state: state.path, upstream: simulator.url };
    const restarted = withDowntime ? restartAfterDowntime(api, place) : api.kill().then(() => startRuntime(place));
    back = restarted.then((run) => {
      api = run;
    });
    await back;
  }

  const sample = () => `${simulator.url}/_samples/64x48.png`;

  async function compose(number: number): Promise<string> {
    const answer = await fetch(`${api.url}/v1/images/compositions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${authorization}`,
        "content-type": "application/json",
        prefer: "respond-async",
      },
      body: JSON.stringify({ prompt: `composition ${number}.`, images: [sample()], n: imagesEach, resolution: "1k" }),
    });
    if (answer.status !== 200) throw new Error(`compose: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  }

  /** Retries as a careful client does: without an answer it sends the same request with the same Idempotency-Key. */
  async function generate(number: number): Promise<string> {
    const body = { prompt: `generation ${number}.`, n: imagesEach, resolution: "1k" };
    for (let attempts = 0; attempts <= kills; attempts += 1) {
      await back;
      const answer = await caller(api.url, authorization)
        .post(body, { "Idempotency-Key": `generation-${number}` })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .catch(() => null);
      if (answer?.status === 200) return (JSON.parse(answer.text) as { id: string }).id;
      if (answer !== null && answer.status < 500) throw new Error(`generate: ${answer.status} ${answer.text}`);
    }
    throw new Error(`generation ${number} was never answered`);
  }

  it(
    `${taskCount} tasks complete although the runtime is killed ${kills} times, each paid once`,
    async () => {
      console.info(`KILL_SEED=${seed}`);
      const composed = await Promise.all(times(compositions, compose));
      let generations = 0;
      const generated: Promise<string>[] = [];
      const generateSome = (count: number) => {
        generated.push(...times(count, () => generate(generations++)));
      };
      generateSome(earlyGenerations);
      for (let kill = 1; kill <= kills; kill += 1) {
        generateSome(perLife);
        await new Promise((resolve) => setTimeout(resolve, chance.below(maxAliveMs)));
        // Always after the last kill, so that the test does not wait for leases.
        await killAndRestart(kill % 2 === kills % 2);
      }

      const ids = [...composed, ...(await Promise.all(generated))];
      const me = caller(api.url, authorization);
      const views = await Promise.all(ids.map((id) => me.result(id)));

      expect(ids).toHaveLength(taskCount);
      expect(new Set(ids).size).toBe(taskCount);
      expect(views.map(({ status, error }) => error ?? status)).toEqual(ids.map(() => "completed"));
      expect(views.map(({ images, partial }) => [images?.length, partial])).toEqual(ids.map(() => [imagesEach, false]));

      const { jobs, accounts } = await simulatorState(simulator.url);
      expect(jobs.map(({ prompt }) => prompt).toSorted()).toEqual(
        [
          ...times(compositions, (number) => `composition ${number}.`),
          ...times(generations, (number) => `generation ${number}.`),
        ].toSorted(),
      );
      expect(new Set(jobs.map(({ submitId }) => submitId)).size).toBe(taskCount);
      expect(jobs.flatMap(({ inputs }) => inputs)).toHaveLength(compositions);
      const spent = accounts
        .filter(({ session }) => sessions.includes(session))
        .map(({ credits }) => 1000 - credits)
        .reduce((sum, one) => sum + one, 0);
      expect(spent).toBe(taskCount * imagesEach);

      await api.stop();
      const { images, small } = Object.groupBy(keysIn(state.path, "dreamina-images"), (key) =>
        key.endsWith("/small") ? "small" : "images",
      );
      expect(images).toHaveLength(taskCount * imagesEach);
      // A kill between the two copies leaves an image without its small version.
      expect(images).toEqual(expect.arrayContaining((small ?? []).map((key) => key.replace("/small", ""))));
      expect(keysIn(state.path, "dreamina-inputs")).toEqual([]);
    },
    timeoutMs,
  );
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
