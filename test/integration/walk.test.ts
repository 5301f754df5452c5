/** The path of a task from request to image over real HTTP: `npm start` with both Workers, and the simulator. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSession } from "#shared/upstreams/dreamina/session.ts";
import { createUpstream, defaultUpstreamConfig } from "#shared/upstreams/index.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { caller, controlSimulator, simulatorState } from "./support/caller.ts";
import { type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

const state = temporaryFolder();
let simulator: Running;
let api: Running;

beforeAll(async () => {
  simulator = await startSimulator(12);
  const settings = { ADMIN_KEY_HASH: createHash("sha256").update(adminKey).digest("hex") };
  api = await startRuntime({ state: state.path, upstream: simulator.url, settings });
});

afterAll(async () => {
  await api?.stop();
  await simulator?.stop();
  state.remove();
});

const adminKey = "adm-unmistakable-0123456789abcdef0123";

async function asAdmin<T = unknown>(path: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  const answer = await fetch(`${api.url}/v1/admin${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const as = (authorization: string) => caller(api.url, authorization);

/**
 * Every file of the runtime's state. A file that the engine removes during the read is skipped.
 */
function storedFiles(): { name: string; bytes: Buffer }[] {
  const entries = readdirSync(state.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.flatMap((entry) => {
    const name = path.join(entry.parentPath, entry.name);
    try {
      return [{ name, bytes: readFileSync(name) }];
    } catch {
      return [];
    }
  });
}

/** Of a PNG, by its header. */
async function widthOf(url: string): Promise<number> {
  return new DataView(await (await fetch(url)).arrayBuffer()).getUint32(16);
}

async function jobsWith(prompt: string) {
  return (await simulatorState(simulator.url)).jobs.filter((job) => job.prompt.includes(prompt));
}

/** The upstream's images, fetched as the consumer does. */
async function upstreamImages(credential: string, submitId: string): Promise<Buffer[]> {
  const session = parseSession(credential);
  if (session === null) throw new Error("not a session");
  const wire = { fetch, now: Date.now, origin: simulator.url, config: defaultUpstreamConfig };
  const polls = await createUpstream(wire).poll(session, [{ submitId, asked: null }]);
  const poll = polls.ok ? polls.value.get(submitId) : undefined;
  if (!poll?.ok || poll.value.kind !== "generated") throw new Error("the job is not done");
  return Promise.all(poll.value.images.map(async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer())));
}

describe("tasks", () => {
  it.concurrent("a task goes from pending through processing to completed, with the bytes of the upstream's four images", async () => {
    const me = as("Bearer us-demo-us");
    const id = await me.submit({ prompt: "a lighthouse at dawn" });
    const views = await me.follow(id);
    const statuses = [...new Set(views.map((view) => view.status))];
    // On a busy machine the task may be submitted before the first poll.
    expect(statuses).toEqual(["pending", "processing", "completed"].slice(-statuses.length));
    expect(statuses).toContain("processing");
    const progress = views.map((view) => view.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.slice(0, -1).every((one) => one < 100)).toBe(true);

    const done = views.at(-1);
    expect(done).toMatchObject({ progress: 100, partial: false });
    expect(done?.images).toHaveLength(4);
    const images = await Promise.all((done?.images ?? []).map((url) => fetch(url)));
    for (const image of images) {
      expect(image.status).toBe(200);
      expect(image.headers.get("content-type")).toBe("image/png");
      expect(image.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
    const ours = await Promise.all(images.map(async (image) => Buffer.from(await image.arrayBuffer())));
    const theirs = await upstreamImages("us-demo-us", done?.submit_id ?? "");
    expect(ours.map((bytes, index) => bytes.equals(theirs[index] as Buffer))).toEqual([true, true, true, true]);
    expect(done?.data?.map((one) => one.bytes)).toEqual(ours.map((bytes) => bytes.length));
    // A small version may be stored a moment after its task is complete.
    for (const { small_url } of done?.data ?? []) await waitUntil(async () => (await widthOf(small_url)) === 480);
  });

  it.concurrent.each(["us-demo-us-walk", "hk-demo-sg-hk", "jp-demo-sg-jp", "sg-demo-sg-sg", "demo-cn-walk"])(
    "a session of every region gets its images: %s",
    async (session) => {
      const me = as(session);
      const id = await me.submit({ prompt: `region ${session}`, ratio: "16:9", resolution: "1k", n: 2 });
      const done = await me.result(id);
      expect(done).toMatchObject({ status: "completed", partial: false });
      expect(done.data?.map(({ width, height }) => [width, height])).toHaveLength(2);
      const [job] = await jobsWith(`region ${session}`);
      expect(job).toMatchObject({ width: 1024, height: 576, charged: 2, refunded: 0 });
    },
  );

  it.concurrent("twenty concurrent tasks on one session with four slots complete, and each job starts once", async () => {
    const me = as("sg-demo-sg-twenty");
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => me.submit({ prompt: `twenty ${index}.`, n: 1, resolution: "1k" })),
    );
    const waiting = await Promise.all(ids.map((id) => me.view(id)));
    expect(waiting.some((view) => (view.queue_position ?? 0) > 0)).toBe(true);
    const done = await Promise.all(ids.map((id) => me.result(id)));
    expect(done.map((view) => view.status)).toEqual(Array(20).fill("completed"));
    const jobs = await jobsWith("twenty ");
    expect(new Set(jobs.map((job) => job.submitId)).size).toBe(20);
    expect(jobs).toHaveLength(20);
    const { accounts } = await simulatorState(simulator.url);
    const account = accounts.find((one) => one.session === "demo-sg-twenty");
    expect(account?.maxConcurrent).toBeLessThanOrEqual(4);
    expect(account?.credits).toBe(1000 - 20);
  });
});

describe("upstream behaviour", () => {
  it.concurrent.each([
    ["sim:input-moderated", "prompt_moderated"],
    ["sim:output-moderated", "output_moderated"],
    ["sim:failed", "upstream_failed"],
    ["sim:empty-code", undefined],
    ["sim:deleted", "upstream_failed"],
  ])("a final refusal fails the task with its code: %s", async (prompt, code) => {
    const me = as("us-demo-us-final");
    const view = await me.result(await me.submit({ prompt: `${prompt} once` }));
    expect(view).toMatchObject({ status: "failed", error: expect.any(String), ...(code && { error_code: code }) });
    expect(view.images).toBeUndefined();
    expect(view.error_info?.hint).toMatch(/\w{5}/);
    expect(await jobsWith(`${prompt} once`)).toHaveLength(1);
  });

  // Faults that take half a minute are in test/workers/consumer/recovery.test.ts, where no time passes.
  it.concurrent.each([
    "sim:lost-answer",
    "sim:unknown-status",
    "sim:no-length",
    "sim:picture-500-once",
    "sim:picture-truncated-once",
    "sim:stale-links-once",
    "sim:queued",
  ])("a task completes after a temporary upstream fault and is paid once: %s", async (prompt) => {
    const me = as(`us-demo-us-${prompt.slice(4)}`);
    const view = await me.result(await me.submit({ prompt: `${prompt} hiccup`, resolution: "1k" }));
    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.images).toHaveLength(4);
    const jobs = await jobsWith(`${prompt} hiccup`);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatchObject({ charged: 4, refunded: 0 });
  });

  it.concurrent.each([
    ["sim:partial", 3, true],
    ["sim:two", 2, false],
    ["sim:failed-with-images", 2, true],
  ])("finished images are delivered when others are missing: %s", async (prompt, count, partial) => {
    const me = as("sg-demo-sg-some");
    const view = await me.result(await me.submit({ prompt: `${prompt} some`, resolution: "1k" }));
    expect(view).toMatchObject({ status: "completed", partial });
    expect(view.images).toHaveLength(count);
  });

  it.concurrent.each([
    ["us-demo-us-expired", "session_expired"],
    ["us-demo-sg-wrong", "session_expired"],
    ["sg-demo-sg-nocredit", "insufficient_credits"],
    ["demo-cn-risk", "risk_control"],
  ])("an unusable session fails the task with its code: %s", async (session, code) => {
    const me = as(session);
    const view = await me.result(await me.submit({ prompt: `session ${session}` }));
    expect(view).toMatchObject({ status: "failed", error_code: code });
    expect(await jobsWith(`session ${session}`)).toHaveLength(0);
  });

  it.concurrent("tasks of an expired session move to the valid session in the same header", async () => {
    const me = as("us-demo-us-expired-2, us-demo-us-good");
    const ids = await Promise.all([1, 2, 3].map((n) => me.submit({ prompt: `hand over ${n}`, resolution: "1k" })));
    const views = await Promise.all(ids.map((id) => me.result(id)));
    expect(views.map((view) => view.status)).toEqual(["completed", "completed", "completed"]);
    expect((await jobsWith("hand over ")).map((job) => job.session)).toEqual(Array(3).fill("demo-us-good"));
  });
});

describe("privacy", () => {
  it.concurrent("an unknown task and another caller's task give the same 404", async () => {
    const id = await as("us-demo-us-mine").submit({ prompt: "sim:instant mine" });
    const stranger = as("us-demo-us-stranger");
    const [theirs, unknown] = await Promise.all([stranger.poll(id), stranger.poll(`imgtask_${"x".repeat(21)}`)]);
    expect([theirs.status, unknown.status]).toEqual([404, 404]);
    expect(await theirs.json()).toEqual(await unknown.json());
  });

  it.concurrent("a caller whose header shares one session with a task sees it while it runs and when it is completed", async () => {
    const id = await as("us-demo-us-shared,us-demo-us-one").submit({ prompt: "shared", resolution: "1k" });
    const friend = as("us-demo-us-other,us-demo-us-shared");
    expect(["pending", "processing"]).toContain((await friend.view(id)).status);
    expect((await friend.result(id)).status).toBe("completed");
  });

  it.concurrent("no session, named key, credential of the pool or key of the administrator is answered, stored or printed", async () => {
    const secret = "5e55104a11d1e5c0ffee5e55104a11d1";
    const broken = "0bad5e5510400000deadbeef0bad5e55";
    await controlSimulator(simulator.url, "accounts", { session: secret, cluster: "us" });
    const good = as(`Bearer us-${secret}`);
    const bad = as(`us-${broken}`);
    const prompts = ["a quiet success", "sim:failed loudly", "sim:lost-answer"];
    const ids = await Promise.all(prompts.map((prompt) => good.submit({ prompt, resolution: "1k" })));
    const ends = await Promise.all(ids.map((id) => good.result(id)));
    expect(ends.map((view) => view.status)).toEqual(["completed", "failed", "completed"]);
    const expired = await bad.result(await bad.submit({ prompt: "expired" }));
    expect(expired).toMatchObject({ error_code: "session_expired" });
    expect(expired.error).toContain(`us-…${broken.slice(-4)}`);
    await bad.post({ prompt: "x", ratio: broken });

    // The server's own: a session of its pool, and a named key that uses it.
    const own = "demo-us-unmistakable-pool-3c9d";
    await controlSimulator(simulator.url, "accounts", { session: own, cluster: "us" });
    const pool = await asAdmin("/credentials", { credentials: `us-${own}`, name: "pool" });
    const { key, ...shown } = await asAdmin<{ key: string }>("/keys", { name: "a bot" });
    const made = await as(key).result(await as(key).submit({ prompt: "of the pool", resolution: "1k" }));
    expect(made).toMatchObject({ status: "completed" });

    const answers = JSON.stringify([ends, expired, pool, shown, made]);
    const printed = api.output();
    const files = storedFiles();
    expect(files.filter(({ name }) => name.endsWith(".sqlite")).length).toBeGreaterThan(2);
    for (const value of [secret, broken, own, key.slice("sk-".length), adminKey]) {
      expect(answers).not.toContain(value);
      expect(printed).not.toContain(value);
      expect(files.filter(({ bytes }) => bytes.includes(value)).map(({ name }) => name)).toEqual([]);
    }
  });
});

describe("bad input", () => {
  it("bad input is answered with 400, the field and a sentence, and costs nothing", async () => {
    const me = as("us-demo-us-clumsy");
    const before = (await simulatorState(simulator.url)).calls;
    const refused = async (body: unknown) => {
      const answer = await me.post(body);
      const { error } = (await answer.json()) as { error: { param: string | null; message: string; code: string } };
      expect(error.message).toMatch(/ /);
      return [answer.status, error.code, error.param];
    };
    expect(await refused('{"prompt":')).toEqual([400, "invalid_json", null]);
    expect(await refused({})).toEqual([400, "missing_value", "prompt"]);
    expect(await refused({ prompt: " " })).toEqual([400, "invalid_value", "prompt"]);
    expect(await refused({ prompt: "x".repeat(8001) })).toEqual([400, "invalid_value", "prompt"]);
    expect(await refused({ prompt: "x", ratio: "5:4" })).toEqual([400, "invalid_value", "ratio"]);
    expect(await refused({ prompt: "x", resolution: "8k" })).toEqual([400, "invalid_value", "resolution"]);
    expect(await refused({ prompt: "x", sample_strength: 2 })).toEqual([400, "invalid_value", "sample_strength"]);
    expect(await refused({ prompt: "x", n: 9 })).toEqual([400, "invalid_value", "n"]);
    expect(await refused({ prompt: "x", model: "jimeng-9" })).toEqual([400, "model_not_available", "model"]);
    const after = await simulatorState(simulator.url);
    expect(after.calls).toEqual(before);
    expect(after.accounts.some((account) => account.session === "demo-us-clumsy")).toBe(false);
  });
});
