/**
 * SIGKILL of the whole runtime at ten random moments of one run, while requests come in, pictures are brought there,
 * made and copied. Whatever was answered with a task id ends completed, and nothing is paid twice. The moments come from
 * a seed that is printed; KILL_SEED in the environment gives it.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceFrom } from "../support/chance.ts";
import { keysIn } from "./support/buckets.ts";
import { caller, simulatorState } from "./support/caller.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const chance = chanceFrom(seed);
const kills = 10;
/** The runtime is left alone for this long at most before it is killed again. */
const mostMsAlive = 4_000;
/** As long as three leases and the restarts between them; far more than it should ever take. */
const mostMs = 240_000;

const picturesEach = 2;
const compositionCount = 8;
const generationsPerLife = 3;
const earlyGenerations = 2;
const taskCount = compositionCount + earlyGenerations + kills * generationsPerLife;

const state = temporaryFolder();
const sessions = ["one", "two", "three"].map((name) => `demo-us-often-${name}`);
const authorization = sessions.map((session) => `us-${session}`).join(",");
let simulator: Running;
let api: Running;
/** Settles when the runtime answers again. */
let back: Promise<void> = Promise.resolve();

beforeAll(async () => {
  simulator = await startSimulator(3);
  api = await startRuntime({ state: state.path, upstream: simulator.url });
});

afterAll(async () => {
  await back.catch(() => {});
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

async function killAndRestart(): Promise<void> {
  const restarted = api.kill().then(() => startRuntime({ state: state.path, upstream: simulator.url }));
  back = restarted.then((run) => {
    api = run;
  });
  await back;
}

const sample = () => `${simulator.url}/_samples/64x48.png`;

async function compose(number: number): Promise<string> {
  const answer = await fetch(`${api.url}/v1/images/compositions`, {
    method: "POST",
    headers: { authorization: `Bearer ${authorization}`, "content-type": "application/json", prefer: "respond-async" },
    body: JSON.stringify({ prompt: `composition ${number}.`, images: [sample()], n: picturesEach, resolution: "1k" }),
  });
  if (answer.status !== 200) throw new Error(`compose: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

/** As a careful client does it: without an answer the same request is sent again, under the same word. */
async function generate(number: number): Promise<string> {
  const body = { prompt: `generation ${number}.`, n: picturesEach, resolution: "1k" };
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

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

it(
  `${taskCount} tasks complete although the runtime is killed ${kills} times, each paid once`,
  async () => {
    console.info(`KILL_SEED=${seed}`);
    const composed = await Promise.all(times(compositionCount, compose));
    let generations = 0;
    const generated: Promise<string>[] = [];
    const generateSome = (count: number) => {
      generated.push(...times(count, () => generate(generations++)));
    };
    generateSome(earlyGenerations);
    for (let life = 0; life < kills; life += 1) {
      generateSome(generationsPerLife);
      await new Promise((resolve) => setTimeout(resolve, chance.below(mostMsAlive)));
      await killAndRestart();
    }

    const ids = [...composed, ...(await Promise.all(generated))];
    const me = caller(api.url, authorization);
    const views = await Promise.all(ids.map((id) => me.result(id)));

    expect(ids).toHaveLength(taskCount);
    expect(new Set(ids).size).toBe(taskCount);
    expect(views.map(({ status, error }) => error ?? status)).toEqual(ids.map(() => "completed"));
    expect(views.map(({ images, partial }) => [images?.length, partial])).toEqual(ids.map(() => [picturesEach, false]));

    const { jobs, accounts } = await simulatorState(simulator.url);
    expect(jobs.map(({ prompt }) => prompt).toSorted()).toEqual(
      [
        ...times(compositionCount, (number) => `composition ${number}.`),
        ...times(generations, (number) => `generation ${number}.`),
      ].toSorted(),
    );
    expect(new Set(jobs.map(({ submitId }) => submitId)).size).toBe(taskCount);
    expect(jobs.flatMap(({ inputs }) => inputs)).toHaveLength(compositionCount);
    const spent = accounts
      .filter(({ session }) => sessions.includes(session))
      .map(({ credits }) => 1000 - credits)
      .reduce((sum, one) => sum + one, 0);
    expect(spent).toBe(taskCount * picturesEach);

    await api.stop();
    expect(keysIn(state.path, "dreamina-images")).toHaveLength(taskCount * picturesEach);
    expect(keysIn(state.path, "dreamina-inputs")).toEqual([]);
  },
  mostMs,
);
