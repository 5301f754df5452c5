/**
 * One run in which the whole runtime is killed (SIGKILL) at random moments, while requests come in, images are brought
 * there, made and copied. Whatever was answered with a task id ends completed, and nothing is paid twice. The moments
 * come from a seed that is printed; KILL_SEED in the environment gives it.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceFrom } from "#test/support/chance.ts";
import { keysIn } from "./buckets.ts";
import { caller, simulatorState } from "./caller.ts";
import { stayAway } from "./downtime.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./processes.ts";

/** Simulated seconds per real second: a job takes about as long as the runtime lives. */
const speed = 6;
/** The runtime is left alone for this long at most before it is killed again. */
const maxMsAlive = 2_500;
/** As long as three leases and the restarts between them; far more than it should ever take. */
const maxMs = 240_000;
const imagesEach = 2;

export type Kills = { name: string; kills: number; compositions: number; earlyGenerations: number; perLife: number };

/**
 * Registers the test. After every other kill the runtime stays away for long, so that leases have ended; see
 * downtime.ts.
 */
export function killedAgainAndAgain({ name, kills, compositions, earlyGenerations, perLife }: Kills): void {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  const chance = chanceFrom(seed);
  const taskCount = compositions + earlyGenerations + kills * perLife;
  const state = temporaryFolder();
  const sessions = ["one", "two", "three"].map((session) => `demo-us-${name}-${session}`);
  const authorization = sessions.map((session) => `us-${session}`).join(",");
  let simulator: Running;
  let api: Running;
  /** Settles when the runtime answers again. */
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

  async function killAndRestart(staysAway: boolean): Promise<void> {
    const place = { state: state.path, upstream: simulator.url };
    const restarted = staysAway ? stayAway(api, place) : api.kill().then(() => startRuntime(place));
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

  /** As a careful client does it: without an answer the same request is sent again, under the same word. */
  async function generate(number: number): Promise<string> {
    const body = { prompt: `generation ${number}.`, n: imagesEach, resolution: "1k" };
    for (let tries = 0; tries <= kills; tries += 1) {
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
        await new Promise((resolve) => setTimeout(resolve, chance.below(maxMsAlive)));
        // The last time in any case: what had a lease then need not be waited for.
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
      expect(keysIn(state.path, "dreamina-images")).toHaveLength(taskCount * imagesEach);
      expect(keysIn(state.path, "dreamina-inputs")).toEqual([]);
    },
    maxMs,
  );
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
