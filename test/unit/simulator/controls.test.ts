import { describe, expect, test } from "vitest";
import { createSimulator, type Simulator } from "#test/simulator/app.ts";
import { aCall, aSubmit, frozen, linksOf, noon, paths, recordAfter, requestOf, send, submitOk } from "./support.ts";

const control = async (simulator: Simulator, method: string, path: string, body?: unknown) => {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await simulator.fetch(`http://127.0.0.1:9000/_sim/${path}`, init);
  return { status: response.status, body: (await response.json()) as unknown };
};

describe("a fault", () => {
  test.each(["429", "500", "502", "503", "504"] as const)(
    "the fault %s answers with that HTTP status and starts no job",
    async (fault) => {
      const simulator = frozen();
      simulator.addFault({ endpoint: "submit", fault });
      expect((await simulator.fetch(requestOf(aSubmit()))).status).toBe(Number(fault));
      expect(simulator.state().jobs).toEqual([]);
      expect((await send(simulator, aSubmit())).ret).toBe("0");
    },
  );

  test("the fault 502-after starts the job and loses the answer", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault: "502-after" });
    expect((await simulator.fetch(requestOf(aSubmit()))).status).toBe(502);
    expect(simulator.state().jobs).toHaveLength(1);
  });

  test.each([
    ["reset", 0],
    ["reset-after", 1],
  ] as const)("the fault %s makes the call fail and leaves %d jobs", async (fault, jobs) => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault });
    await expect(simulator.fetch(requestOf(aSubmit()))).rejects.toThrow("fetch failed");
    expect(simulator.state().jobs).toHaveLength(jobs);
  });

  test.each([
    ["hang", 0],
    ["hang-after", 1],
  ] as const)("the fault %s never answers, ends on abort and leaves %d jobs", async (fault, jobs) => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault });
    const abort = new AbortController();
    const hanging = simulator.fetch(new Request(requestOf(aSubmit()), { signal: abort.signal }));
    const first = await Promise.race([hanging, new Promise((resolve) => setImmediate(() => resolve("nothing")))]);
    expect(first).toBe("nothing");
    abort.abort(new Error("gave up"));
    await expect(hanging).rejects.toThrow("gave up");
    expect(simulator.state().jobs).toHaveLength(jobs);
  });

  test("the faults html, empty and broken-json answer 200 with a body that is not JSON", async () => {
    const simulator = frozen();
    for (const fault of ["html", "empty", "broken-json", "broken-json-after"] as const) {
      simulator.addFault({ endpoint: "history", fault });
      const response = await simulator.fetch(requestOf(aCall("sg", "demo-sg", paths.history, { history_ids: ["1"] })));
      expect(response.status).toBe(200);
      await expect(response.json()).rejects.toThrow();
    }
  });

  test("the fault missing-id removes the ids of a submit or the records of a look-up", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault: "missing-id" });
    const { data } = await send<{ aigc_data: object }>(simulator, aSubmit());
    expect(data.aigc_data).toMatchObject({ status: 20 });
    expect(data.aigc_data).not.toHaveProperty("history_record_id");
    expect(data.aigc_data).not.toHaveProperty("task");
    simulator.addFault({ endpoint: "history", fault: "missing-id" });
    expect(await recordAfter(simulator, {}, 14)).toBeUndefined();
  });

  test("the fault unknown-status answers with status 77", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault: "unknown-status" });
    simulator.addFault({ endpoint: "history", fault: "unknown-status" });
    expect((await send(simulator, aSubmit())).data).toMatchObject({ aigc_data: { status: 77 } });
    expect((await recordAfter(simulator, {}, 14)).status).toBe(77);
  });

  test("the fault ret-<code> refuses the call with that code", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "history", fault: "ret-1015" });
    simulator.addFault({ endpoint: "submit", fault: "ret--6" });
    expect((await send(simulator, aCall("sg", "demo-sg", paths.history, { history_ids: ["1"] }))).ret).toBe("1015");
    expect((await send(simulator, aSubmit())).ret).toBe("-6");
  });

  test("a fault applies to image links too", async () => {
    const simulator = frozen();
    const [link = ""] = linksOf(await recordAfter(simulator, {}, 14));
    simulator.addFault({ endpoint: "picture", fault: "403" });
    simulator.addFault({ endpoint: "picture", fault: "truncated" });
    expect((await simulator.fetch(link)).status).toBe(403);
    await expect((await simulator.fetch(link)).arrayBuffer()).rejects.toThrow();
    expect((await simulator.fetch(link)).status).toBe(200);
  });

  test("a fault applies `times` times and can be limited to one session", async () => {
    const simulator = frozen();
    simulator.addFault({ endpoint: "submit", fault: "ret-1057", times: 2, session: "demo-sg-b" });
    expect((await send(simulator, aSubmit({ session: "demo-sg" }))).ret).toBe("0");
    for (const ret of ["1057", "1057", "0"])
      expect((await send(simulator, aSubmit({ session: "demo-sg-b" }))).ret).toBe(ret);
  });
});

describe("the control", () => {
  test("the control state lists accounts, jobs, calls and pending faults", async () => {
    const simulator = frozen();
    await submitOk(simulator, { prompt: "a hare" });
    simulator.moveClock({ advanceSeconds: 10 });
    simulator.addFault({ endpoint: "picture", fault: "reset" });
    expect((await control(simulator, "GET", "state")).body).toMatchObject({
      accounts: [{ session: "demo-sg", cluster: "sg", credits: 996, running: 1, maxConcurrent: 1 }],
      jobs: [{ session: "demo-sg", prompt: "a hare", status: 45, images: 2, charged: 4, refunded: 0, width: 2048 }],
      calls: { submit: 1 },
      faults: [{ endpoint: "picture", fault: "reset", times: 1 }],
    });
  });

  test("a job takes longer by a share of durationSpreadSeconds that follows from its prompt, and its state has its end", async () => {
    let nowMs = noon;
    const simulator = createSimulator({ now: () => nowMs, durationSeconds: 10, durationSpreadSeconds: 100 });
    for (const prompt of ["a hare", "a hare", "an owl"]) await submitOk(simulator, { prompt });
    expect(simulator.state().jobs.map((job) => job.endedAtMs)).toEqual([null, null, null]);
    nowMs += 111_000;
    const [one = 0, same, other] = simulator.state().jobs.map((job) => job.endedAtMs ?? 0);
    expect(one).toBeGreaterThanOrEqual(noon + 10_000);
    expect(one).toBeLessThan(noon + 110_000);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test("the control accounts adds an account", async () => {
    const simulator = frozen();
    const session = "f".repeat(32);
    const account = { session, cluster: "sg", credits: 4, concurrency: 1, scenario: "risk" };
    expect((await control(simulator, "POST", "accounts", account)).status).toBe(200);
    expect((await send(simulator, aSubmit({ session }))).ret).toBe("-6");
  });

  test("the controls settings, faults, clock and reset work as the methods do", async () => {
    const simulator = frozen();
    const changed = await control(simulator, "POST", "settings", { durationSeconds: 2, linkLifeSeconds: null });
    expect(changed.body).toMatchObject({ durationSeconds: 2, forecastSeconds: 23 });
    await control(simulator, "POST", "faults", { endpoint: "submit", fault: "ret-1057" });
    expect((await send(simulator, aSubmit())).ret).toBe("1057");
    await submitOk(simulator);
    await control(simulator, "POST", "clock", { advanceSeconds: 2 });
    expect(simulator.state().jobs[0]?.status).toBe(50);
    await control(simulator, "POST", "reset");
    expect(simulator.state()).toMatchObject({ jobs: [], accounts: [], calls: {}, settings: { durationSeconds: 14 } });
  });

  test.each([
    ["accounts", { session: "a", cluster: "eu" }],
    ["faults", { endpoint: "submit", fault: "501" }],
    ["faults", { endpoint: "upload", fault: "500" }],
    ["settings", { duration: 3 }],
    ["clock", { speed: -1 }],
  ])("the control %s refuses %o with 400", async (path, body) => {
    expect((await control(frozen(), "POST", path, body)).status).toBe(400);
  });

  test("a control that does not exist is answered with 404", async () => {
    expect((await control(frozen(), "GET", "nothing")).status).toBe(404);
  });
});

describe("the clock", () => {
  test("the clock runs at its speed and keeps its time when the speed changes", async () => {
    let now = 1_000_000;
    const simulator = frozen({ speed: 20, now: () => now });
    const { nowMs: start } = simulator.state().clock;
    now += 1000;
    expect(simulator.state().clock.nowMs - start).toBe(20_000);
    simulator.moveClock({ speed: 0, advanceSeconds: 5 });
    now += 60_000;
    expect(simulator.state().clock.nowMs - start).toBe(25_000);
  });
});
