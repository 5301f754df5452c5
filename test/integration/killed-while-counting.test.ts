/**
 * The use of named keys against the simulator's own books: tasks of every kind and end by two keys, sent again as
 * careful clients do, while the whole runtime is killed (SIGKILL) at random times. The times come from a printed seed;
 * KILL_SEED in the environment sets it.
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceFrom } from "#test/support/chance.ts";
import { caller, simulatorState } from "./support/caller.ts";
import { restartAfterDowntime } from "./support/downtime.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

const speed = 20;
const kills = 10;
const maxAliveMs = 2_000;
const singles = 170;
const perBatch = 15;
const adminKey = "adm-test-0123456789abcdef0123456789abcdef";
const settings = { ADMIN_KEY_HASH: createHash("sha256").update(adminKey).digest("hex") };
const sessions = ["one", "two", "three", "four", "five", "six"].map((word) => `us-demo-us-counted-${word}`);

const state = temporaryFolder();
let simulator: Running;
let api: Running;
/** Settles when the runtime has restarted. */
let back: Promise<void> = Promise.resolve();

beforeAll(async () => {
  simulator = await startSimulator(speed);
  api = await startRuntime({ state: state.path, upstream: simulator.url, settings });
});

afterAll(async () => {
  await back.catch(() => {});
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

async function admin<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(`${api.url}/v1/admin${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The same request with the same Idempotency-Key until it is answered. */
async function sentUntilAnswered(key: string, path: string, body: object, name: string): Promise<string> {
  for (;;) {
    await back;
    const answer = await fetch(`${api.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        prefer: "respond-async",
        "idempotency-key": name,
      },
      body: JSON.stringify(body),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => null);
    if (answer?.status === 200) return (JSON.parse(answer.text) as { id: string }).id;
    if (answer !== null && answer.status < 500) throw new Error(`${name}: ${answer.status} ${answer.text}`);
  }
}

/** Of each kind some: one to four images, refused texts, images that are held back, and a missing one. */
const bodies = [
  { prompt: "one", n: 1 },
  { prompt: "two", n: 2 },
  { prompt: "as many as the model makes" },
  { prompt: "three", n: 3 },
  { prompt: "sim:output-moderated", n: 2 },
  { prompt: "sim:input-moderated", n: 2 },
  { prompt: "sim:partial", n: 4 },
];
const bodyOf = (number: number) => {
  const body = bodies[number % bodies.length] ?? {};
  return { resolution: "1k", ...body, prompt: `${"prompt" in body ? body.prompt : ""} number ${number}.` };
};

type Key = { id: string; key: string };
type Used = {
  data: { id: string; usage: { today: number; this_month: number; reserved: number; under_way: number } }[];
};

it(`the use of two keys equals the simulator's books after ${singles + 2 * perBatch} tasks and ${kills} kills`, async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  console.info(`KILL_SEED=${seed}`);
  const chance = chanceFrom(seed);
  await admin("/credentials", { credentials: sessions.join(",") });
  const keys = [await admin<Key>("/keys", { name: "even" }), await admin<Key>("/keys", { name: "odd" })];
  const keyOf = (number: number) => keys[number % 2]?.key ?? "";

  const single = (number: number) =>
    sentUntilAnswered(keyOf(number), "/v1/images/generations", bodyOf(number), `single-${number}`);
  const batch = (number: number) => {
    const requests = Array.from({ length: perBatch }, (_, index) => bodyOf(1_000 * (number + 1) + index));
    return sentUntilAnswered(keyOf(number), "/v1/images/batches", { requests }, `batch-${number}`);
  };
  const batches = [batch(0), batch(1)];
  const tasks: Promise<string>[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    for (let count = 0; count < singles / kills; count += 1) tasks.push(single(tasks.length));
    await new Promise((resolve) => setTimeout(resolve, chance.below(maxAliveMs)));
    const place = { state: state.path, upstream: simulator.url, settings };
    // Leases expire after every other kill, and after the last one, so that the test does not wait for them.
    const restarted =
      kill % 2 === kills % 2 ? restartAfterDowntime(api, place) : api.kill().then(() => startRuntime(place));
    back = restarted.then((run) => {
      api = run;
    });
    await back;
  }

  const made = [0, 0];
  const note = (number: number, images: number) => {
    made[number % 2] = (made[number % 2] ?? 0) + images;
  };
  for (const [number, task] of tasks.entries()) {
    const view = await caller(api.url, keyOf(number)).result(await task);
    note(number, view.images?.length ?? 0);
  }
  for (const [number, id] of (await Promise.all(batches)).entries()) {
    const headers = { authorization: `Bearer ${keyOf(number)}` };
    const path = `${api.url}/v1/images/batches/${await id}`;
    const view = async () => (await (await fetch(path, { headers })).json()) as { status: string };
    await expect.poll(async () => (await view()).status, { timeout: 60_000 }).toBe("completed");
    const lines = (await (await fetch(`${path}/results`, { headers })).text()).trim().split("\n");
    for (const line of lines) note(number, (JSON.parse(line) as { images: unknown[] }).images.length);
  }

  const { data } = await admin<Used>("/keys");
  const used = keys.map(({ id }) => data.find((row) => row.id === id)?.usage);
  expect(used).toMatchObject(made.map((images) => ({ today: images, this_month: images, reserved: 0, under_way: 0 })));

  // What the site itself has charged: failed jobs and missing images are refunded.
  const { accounts, jobs } = await simulatorState(simulator.url);
  const charged = accounts
    .filter(({ session }) => sessions.includes(`us-${session}`))
    .reduce((sum, { credits }) => sum + 1_000 - credits, 0);
  expect((used[0]?.today ?? 0) + (used[1]?.today ?? 0)).toBe(charged);
  expect(new Set(jobs.map(({ submitId }) => submitId)).size).toBe(jobs.length);
}, 600_000);
