import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Simulator, SimulatorOptions } from "#test/simulator/app.ts";
import { fileStore } from "#test/simulator/saved.ts";
import { aCall, aSubmit, frozen, type JobRecord, linksOf, noon, paths, recordOf, send, submitOk } from "./support.ts";
import { anImage, applied, callImagex, commitOf, sendBytes, signed } from "./upload-support.ts";

let folder: string;
let file: string;
let now: number;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulator-"));
  file = join(folder, "state");
  now = noon;
  warnings = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a simulator on the same file; its clock follows `now`. */
const start = (options: SimulatorOptions = {}): Simulator =>
  frozen({ speed: 1, now: () => now, store: fileStore(file, (sentence) => warnings.push(sentence)), ...options });

const pass = (seconds: number) => {
  now += seconds * 1000;
};

const control = (simulator: Simulator, path: string, body: unknown) =>
  simulator.fetch(`http://127.0.0.1/_sim/${path}`, { method: "POST", body: JSON.stringify(body) });

describe("after a restart", () => {
  test("after a restart a job is found by both ids and finishes in time", async () => {
    const { submit_id, history_record_id } = await submitOk(start());
    pass(10);
    const again = start();
    expect(await recordOf(again, submit_id)).toMatchObject({ history_record_id, status: 45 });
    pass(4);
    const finished = await recordOf(again, submit_id);
    expect(finished.status).toBe(50);
    expect((await again.fetch(linksOf(finished)[0] ?? "")).status).toBe(200);
  });

  test("an image link is still valid after a restart", async () => {
    const before = start();
    const { submit_id } = await submitOk(before);
    pass(14);
    const [link = ""] = linksOf(await recordOf(before, submit_id));
    expect((await start().fetch(link)).status).toBe(200);
  });

  test("time passes at the old speed while the simulator is stopped, and at the new one after the restart", async () => {
    const before = start({ speed: 2 });
    await submitOk(before);
    const began = before.state().clock.nowMs;
    pass(3);
    const fast = start({ speed: 10 });
    pass(1);
    expect(fast.state().clock.nowMs - began).toBe(3 * 2000 + 10_000);
    pass(1);
    expect(start().state().clock.nowMs - began).toBe(3 * 2000 + 20_000);
  });

  test("an advance of the clock survives a restart", async () => {
    const before = start();
    const { submit_id } = await submitOk(before);
    await control(before, "clock", { advanceSeconds: 14 });
    expect((await recordOf(start(), submit_id)).status).toBe(50);
  });

  test("balances, the ledger and added accounts survive a restart", async () => {
    const before = start();
    await submitOk(before);
    await control(before, "accounts", { session: "added", cluster: "sg", credits: 7 });
    pass(5);
    const again = start();
    expect(again.state().accounts).toMatchObject([
      { session: "demo-sg", credits: 996, running: 1, maxConcurrent: 1 },
      { session: "added", credits: 7 },
    ]);
    const ledger = await send(again, aCall("sg", "demo-sg", paths.ledger, { count: 20, cursor: "0" }));
    expect(ledger.data).toMatchObject({ records: [{ amount: 4, history_type: 2 }] });
  });

  test("a job that fails while the simulator is stopped is refunded once", async () => {
    const { submit_id } = await submitOk(start(), { prompt: "sim:failed" });
    pass(14);
    for (const again of [start(), start()]) {
      expect((await recordOf(again, submit_id)).status).toBe(30);
      expect(again.state().accounts).toMatchObject([{ credits: 1000, running: 0 }]);
    }
  });

  test("running jobs count against the account's limit after a restart", async () => {
    await submitOk(start(), { session: "demo-sg-single" });
    expect((await send(start(), aSubmit({ session: "demo-sg-single" }))).ret).toBe("1310");
  });

  test("a submit id finds its newest job after a restart", async () => {
    const before = start();
    const submitId = randomUUID();
    await submitOk(before, { submitId });
    const newest = await submitOk(before, { submitId });
    pass(1);
    expect((await recordOf(start(), submitId)).history_record_id).toBe(newest.history_record_id);
  });

  test("uploads, their keys and the jobs that use them survive a restart", async () => {
    const before = start();
    const bytes = await anImage(before);
    const target = await applied(before, bytes.byteLength);
    const again = start();
    await sendBytes(again, target, bytes);
    const third = start();
    const commit = commitOf(target.sessionKey);
    const { Result } = await callImagex(third, commit, signed(commit, target.keys));
    expect(Result?.Results).toMatchObject([{ UriStatus: 2000 }]);
    const { submit_id } = await submitOk(start(), { inputs: [target.uri] });
    pass(14);
    const fourth = start();
    expect((await recordOf(fourth, submit_id)).status).toBe(50);
    expect(fourth.state().jobs[0]?.inputs).toEqual(fourth.state().uploads);
    expect(fourth.state().uploads).toMatchObject([{ uri: target.uri, step: "committed", bytes: bytes.byteLength }]);
  });

  test("a stalled job can be continued after a restart", async () => {
    const parts = aSubmit({ count: 8 });
    const { data } = await send<{ aigc_data: JobRecord }>(start(), parts);
    const { submit_id, history_record_id } = data.aigc_data;
    pass(100);
    expect(await recordOf(start(), submit_id)).toMatchObject({ status: 45, finished_image_count: 4 });
    const body = { ...parts.body, action: 2, history_id: history_record_id };
    expect((await send(start(), { ...parts, body })).ret).toBe("0");
    pass(14);
    expect(await recordOf(start(), submit_id)).toMatchObject({ status: 50, finished_image_count: 8 });
  });

  test("history ids are not reused after a restart", async () => {
    const first = await submitOk(start());
    const second = await submitOk(start());
    expect(second.history_record_id).not.toBe(first.history_record_id);
  });

  test("an invisible job stays invisible after a restart", async () => {
    const { submit_id } = await submitOk(start(), { prompt: "sim:invisible" });
    pass(1000);
    expect(await recordOf(start(), submit_id)).toBeUndefined();
  });

  test("a once-only scenario does not repeat after a restart", async () => {
    const options = { prompt: "sim:busy-once", submitId: randomUUID() };
    expect((await send(start(), aSubmit(options))).ret).toBe("1310");
    expect((await send(start(), aSubmit(options))).ret).toBe("0");
  });

  test("a job whose answer was lost survives a restart", async () => {
    const submitId = randomUUID();
    await expect(send(start(), aSubmit({ prompt: "sim:lost-answer", submitId }))).rejects.toThrow();
    pass(14);
    expect((await recordOf(start(), submitId)).status).toBe(50);
  });

  test("settings, faults and counters start from their defaults after a restart", async () => {
    const before = start();
    await control(before, "settings", { durationSeconds: 2 });
    await control(before, "faults", { endpoint: "submit", fault: "500" });
    await send(before, aCall("sg", "demo-sg", paths.credits, {}));
    expect(start().state()).toMatchObject({ settings: { durationSeconds: 14 }, faults: [], calls: {} });
  });

  test("jobs and accounts removed by a reset stay removed after a restart", async () => {
    const before = start();
    await submitOk(before);
    await control(before, "reset", {});
    expect(start().state()).toMatchObject({ jobs: [], accounts: [] });
  });
});

describe("the file", () => {
  test("a missing state file at the first start causes no error and no warning", () => {
    expect(start().state().jobs).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["is empty", () => ""],
    ["holds something else", () => '{"jobs":[]}'],
    ["has an older format", (good: Buffer) => Buffer.from(good.toString("latin1").replace(/\d+\n/, "0\n"), "latin1")],
    ["is cut off", (good: Buffer) => good.subarray(0, good.length / 2)],
  ])("a state file that %s is ignored and replaced, with one warning", async (_, change) => {
    await submitOk(start());
    writeFileSync(file, change(readFileSync(file)));
    const restarted = start();
    expect(restarted.state().jobs).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`${file} cannot be read`)]);
    const { submit_id } = await submitOk(restarted);
    pass(14);
    expect((await recordOf(start(), submit_id)).status).toBe(50);
    expect(warnings).toHaveLength(1);
  });

  test("the state file is not written while nothing changes", async () => {
    const simulator = start();
    rmSync(file);
    await simulator.fetch("http://127.0.0.1/_sim/state");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a state file that cannot be written makes the start fail", () => {
    expect(() => start({ store: fileStore(join(folder, "missing", "state"), () => {}) })).toThrow("ENOENT");
  });
});
