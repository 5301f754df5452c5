/** A task watched over server-sent events: each change once, in order, and then the end. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Watchers } from "#consumer/coordinator/watchers.ts";
import { Coordinator } from "#consumer/index.ts";
import { type Reading, readEvents } from "#test/workers/support/sse.ts";
import {
  aSession,
  type CoordinatorStub,
  call,
  type Stage,
  setStage,
  storing,
  tablesOf,
  type View,
} from "#test/workers/support/stage.ts";
import { closeStream, longStepSeconds, skipPauses, timePasses, until } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
  skipPauses();
});

const ask = (id: string, headers: Record<string, string> = {}, bindings = {}) =>
  call(
    `/v1/images/tasks/${id}/events`,
    { headers: { authorization: `Bearer ${stage.session}`, ...headers } },
    bindings,
  );

const open = async (id: string, headers: Record<string, string> = {}): Promise<Reading> =>
  readEvents(await ask(id, headers));

/** From the last event received on. */
const resume = (id: string, lastEventId: string) => open(id, { "last-event-id": lastEventId });

const viewsOf = ({ events }: Reading): View[] => events.map(({ data }) => JSON.parse(data) as View);
const idsOf = ({ events }: Reading): number[] => events.map(({ id }) => Number(id));
const distinct = <T>(values: T[]): T[] => [...new Set(values)];
const ascending = (numbers: number[]): number[] => distinct(numbers).toSorted((a, b) => a - b);

/** What the coordinator counts as a change. */
async function versionOf(id: string): Promise<number> {
  for (const stub of await storing()) {
    const row = (await tablesOf(stub)).tasks?.find((one) => one.id === id);
    if (row !== undefined) return (JSON.parse(row.body as string) as { version: number }).version;
  }
  throw new Error(`no coordinator has ${id}`);
}

/** Every change the coordinator has made so far has come. */
const caughtUp = (reading: Reading, id: string) =>
  until(async () => Number(reading.events.at(-1)?.id) === (await versionOf(id)), "the latest change has come");

/** The coordinator forgets its task, a day after the end; the record stays. */
async function forgotten(id: string): Promise<void> {
  for (let moves = 0; moves < 10; moves += 1) {
    const tables = await Promise.all((await storing()).map(tablesOf));
    if (tables.every(({ tasks }) => tasks?.every((row) => row.id !== id) ?? true)) return;
    if (!(await stage.move())) break;
  }
  throw new Error("it is remembered for ever");
}

describe("a stream", () => {
  it("a stream begins at once with the task as it is and the time after which to reconnect", async () => {
    const id = await stage.task();
    const answer = await ask(id);
    const reading = readEvents(answer);
    await until(() => reading.events.length > 0, "the first event");

    expect(reading.text()).toMatch(/^retry: 1000\nid: \d+\ndata: \{[^\n]+\n\n$/);
    expect(reading.retry()).toBe(1_000);
    expect(reading.events).toHaveLength(1);
    expect(viewsOf(reading)[0]).toEqual(await stage.view(id));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": expect.stringMatching(/^text\/event-stream\b/),
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "x-request-id": expect.any(String),
      "access-control-allow-origin": "*",
    });
    await closeStream(stage, reading);
  });

  it("a stream brings each change once, in order, without event names, and ends after the last", async () => {
    const id = await stage.task({ n: 4 });
    const reading = await open(id);
    await caughtUp(reading, id);
    while (!["completed", "failed"].includes((await stage.view(id)).status)) {
      await stage.move();
      await caughtUp(reading, id);
    }
    await reading.ended;

    expect(idsOf(reading)).toEqual(ascending(idsOf(reading)));
    expect(reading.events.every(({ event }) => event === null)).toBe(true);
    const views = viewsOf(reading);
    expect(distinct(views.map(({ status }) => status))).toEqual(["pending", "processing", "completed"]);
    expect(views.map(({ progress }) => progress)).toEqual(
      views.map(({ progress }) => progress).toSorted((a, b) => a - b),
    );
    expect(distinct(reading.events.map(({ data }) => data))).toHaveLength(reading.events.length);
    expect(views.at(-1)).toEqual(await stage.view(id));
    expect(views.at(-1)).toMatchObject({ status: "completed", progress: 100 });
    // Images come one by one, each with an event of its own.
    expect(distinct(views.map(({ images }) => images?.length ?? 0)).length).toBeGreaterThan(2);
  });

  it("a stream brings a change as soon as it is made, without waiting for the next tick", async () => {
    vi.mocked(Watchers.prototype.change).mockRestore();
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    const before = performance.now();
    await stage.queue.deliver();
    await until(() => viewsOf(reading).at(-1)?.status === "processing", "it runs");

    // Ticks come every five seconds.
    expect(performance.now() - before).toBeLessThan(4_000);
    await stage.end(id);
    await reading.ended;
  });

  it.each([
    ["sim:input-moderated", "prompt_moderated"],
    ["sim:failed", "upstream_failed"],
  ])("a stream of a task that fails ends with its failure: %s", async (prompt, error_code) => {
    const id = await stage.task({ prompt });
    const reading = await open(id);
    await stage.end(id);
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toEqual(await stage.view(id));
    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "failed", error_code });
  });

  it("a stream ends when its task is cancelled", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers: { authorization: stage.session } });
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "failed", error_code: "cancelled" });
  });

  it("a stream of a finished task has one event", async () => {
    const id = await stage.task();
    await stage.end(id);
    const reading = await open(id);
    await reading.ended;

    expect(viewsOf(reading)).toEqual([await stage.view(id)]);
    expect(reading.events[0]?.id).toBe(String(await versionOf(id)));
  });

  it("a stream has hints in the caller's language, and links at the public bucket", async () => {
    const id = await stage.task({ prompt: "sim:failed" });
    await stage.end(id);
    const reading = await open(id, { "accept-language": "zh" });
    await reading.ended;

    expect(reading.events[0]?.data).toMatch(/[\u4e00-\u9fff]/);

    const other = await stage.task();
    await stage.end(other);
    const shown = readEvents(await ask(other, {}, { PUBLIC_IMAGE_BASE_URL: "https://pics.example/" }));
    await shown.ended;
    expect(viewsOf(shown)[0]?.images).toEqual([`https://pics.example/${other}/0`]);
  });

  it("many callers may watch one task, and each gets the whole stream", async () => {
    const id = await stage.task();
    const readings = await Promise.all(Array.from({ length: 20 }, () => open(id)));
    await stage.end(id);
    await Promise.all(readings.map(({ ended }) => ended));

    for (const reading of readings) {
      expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
      expect(idsOf(reading)).toEqual(ascending(idsOf(reading)));
    }
  });

  it("HEAD does not begin a stream", async () => {
    const id = await stage.task();
    const next = vi.spyOn(Coordinator.prototype, "next");
    const init = { method: "HEAD", headers: { authorization: stage.session } };
    const answer = await call(`/v1/images/tasks/${id}/events`, init);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(await answer.text()).toBe("");
    expect(next).not.toHaveBeenCalled();
  });
});

describe("while nothing changes", () => {
  it("progress that moves by itself is sent every five seconds, with the same id", async () => {
    const id = await stage.task({ prompt: "sim:slow" });
    await stage.queue.deliver();
    const reading = await open(id);
    await caughtUp(reading, id);
    const from = { at: Date.now(), events: reading.events.length };
    await timePasses(stage, () => reading.events.length >= from.events + 3, "three more events");
    const tookSeconds = (Date.now() - from.at) / 1000;
    // Time passes here, too.
    await closeStream(stage, reading);

    const later = reading.events.slice(from.events - 1);
    expect(distinct(later.map((event) => event.id))).toHaveLength(1);
    const progress = later.map(({ data }) => (JSON.parse(data) as View).progress);
    expect(progress).toEqual(ascending(progress));
    expect(tookSeconds).toBeGreaterThanOrEqual(3 * 5 - 1);
    expect(tookSeconds).toBeLessThan(3 * 5 + 10);
  });

  it("a comment is sent at least every fifteen seconds while nothing changes, and no event", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    for (let comments = 0; comments < 4; comments += 1) {
      const from = { at: Date.now(), comments: reading.comments.length };
      await timePasses(stage, () => reading.comments.length > from.comments, "a comment");
      expect((Date.now() - from.at) / 1000).toBeLessThanOrEqual(15);
    }
    await closeStream(stage, reading);

    expect(reading.events).toHaveLength(1);
  });

  it("a new place in the line is sent without a change of the task itself", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 6; number += 1) ids.push(await stage.task({ prompt: "sim:slow" }));
    const [first = "", last = ""] = [ids[4], ids[5]];
    const reading = await open(last);
    await until(() => reading.events.length === 1, "the first event");
    expect(viewsOf(reading)[0]).toMatchObject({ status: "pending", queue_position: 2 });
    await call(`/v1/images/tasks/${first}/cancel`, { method: "POST", headers: { authorization: stage.session } });
    await timePasses(stage, () => reading.events.length > 1, "the next event");
    await closeStream(stage, reading);

    expect(viewsOf(reading)[1]).toMatchObject({ status: "pending", queue_position: 1 });
  });

  it("a stream ends after ten minutes and goes on from there after a reconnect", async () => {
    const id = await stage.task({ prompt: "sim:stuck" });
    const startedAt = Date.now();
    const reading = await open(id);
    await timePasses(stage, reading.isOver, "the end of the stream", longStepSeconds);
    await reading.ended;

    expect((Date.now() - startedAt) / 1000).toBeGreaterThanOrEqual(600);
    expect((Date.now() - startedAt) / 1000).toBeLessThan(620);
    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "pending" });

    const again = await resume(id, reading.events.at(-1)?.id ?? "");
    await stage.queue.deliver();
    await until(() => again.events.length > 0, "the next change");
    expect(idsOf(again)[0]).toBeGreaterThan(idsOf(reading).at(-1) ?? 0);
    await closeStream(stage, again);
  });
});

describe("a reconnect with the last event's id", () => {
  it("a reconnect repeats nothing and misses nothing, wherever the stream broke off", async () => {
    const id = await stage.task({ n: 2 });
    const whole = await open(id);
    const pieces: Reading[] = [];
    let last: string | null = null;
    while (!["completed", "failed"].includes((await stage.view(id)).status)) {
      const piece: Reading = await (last === null ? open(id) : resume(id, last));
      pieces.push(piece);
      await stage.move();
      const version = await versionOf(id);
      await until(() => Number(piece.events.at(-1)?.id ?? last) === version, "the change of this move");
      await caughtUp(whole, id);
      await closeStream(stage, piece);
      last = piece.events.at(-1)?.id ?? last;
    }
    await whole.ended;

    const ids = pieces.flatMap(idsOf);
    expect(ids).toEqual(ascending(ids));
    expect(ids).toEqual(expect.arrayContaining(ascending(idsOf(whole)).slice(-1)));
    expect(pieces.flatMap(viewsOf).at(-1)).toMatchObject({ status: "completed" });
    expect((await ask(id, { "last-event-id": last ?? "" })).status).toBe(204);
  });

  it("a reconnect is told at once what has changed since", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    await closeStream(stage, reading);
    await stage.queue.deliver();

    const again = await resume(id, reading.events.at(-1)?.id ?? "");
    await until(() => again.events.length > 0, "what was missed");

    expect(viewsOf(again)).toMatchObject([{ status: "processing" }]);
    expect(again.retry()).toBe(1_000);
    await closeStream(stage, again);
  });

  it("a reconnect gets a comment at once although there is nothing new", async () => {
    const id = await stage.task();
    const reading = await resume(id, String(await versionOf(id)));
    await until(() => reading.comments.length > 0, "a comment");

    expect(reading.events).toEqual([]);
    expect(reading.text()).toMatch(/^(: [^\n]+\n)+$/);
    await closeStream(stage, reading);
  });

  it("a reconnect gets the time after which to reconnect with its first event, after the comments before it", async () => {
    const id = await stage.task();
    const reading = await resume(id, String(await versionOf(id)));
    await until(() => reading.comments.length > 0, "a comment");
    await stage.queue.deliver();
    await until(() => reading.events.length > 0, "the first event");

    expect(reading.text()).toMatch(/^(: [^\n]+\n)+retry: 1000\nid: \d+\ndata: /);
    await closeStream(stage, reading);
  });

  it.each(["", "0", "-1", "99999", "abc", "imgtask_x", "7 "])(
    "a reconnect with an id that never was gets the task as it is: %j",
    async (lastEventId) => {
      const id = await stage.task();
      const reading = await resume(id, lastEventId);
      await until(() => reading.events.length > 0, "the first event");

      expect(viewsOf(reading)).toMatchObject([{ status: "pending" }]);
      await closeStream(stage, reading);
    },
  );

  it("a reconnect after the last event gets 204, so that browsers stop asking", async () => {
    const id = await stage.task();
    await stage.end(id);
    const answer = await ask(id, { "last-event-id": String(await versionOf(id)) });

    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  it("a reconnect with an earlier id than the last gets the last event", async () => {
    const id = await stage.task();
    await stage.end(id);
    const reading = await resume(id, String((await versionOf(id)) - 1));
    await reading.ended;

    expect(viewsOf(reading)).toMatchObject([{ status: "completed" }]);
  });
});

describe("a task that has only its record left", () => {
  it("a task with only its record left is shown as it ended, and then with 204", async () => {
    const id = await stage.task();
    const view = await stage.end(id);
    await forgotten(id);

    const reading = await open(id);
    await reading.ended;
    expect(viewsOf(reading)).toEqual([view]);

    const last = reading.events[0]?.id ?? "";
    expect(last).not.toBe("");
    expect((await ask(id, { "last-event-id": last })).status).toBe(204);
  });

  it("the end of a forgotten task is sent at most once more to a caller who saw it, then 204", async () => {
    const id = await stage.task();
    await stage.end(id);
    const version = String(await versionOf(id));
    await forgotten(id);

    const answer = await ask(id, { "last-event-id": version });
    if (answer.status === 200) {
      const reading = readEvents(answer);
      await reading.ended;
      expect(viewsOf(reading)).toMatchObject([{ status: "completed" }]);
      expect((await ask(id, { "last-event-id": reading.events[0]?.id ?? "" })).status).toBe(204);
    } else expect(answer.status).toBe(204);
  });

  it("a task with only its record left is unknown to a stranger", async () => {
    const id = await stage.task();
    await stage.end(id);
    await forgotten(id);

    expect((await ask(id, { authorization: aSession() })).status).toBe(404);
  });
});

describe("who may watch a task", () => {
  it("another caller's task is as unknown to a watcher as an id that never was", async () => {
    const id = await stage.task();
    const stranger = { authorization: aSession() };
    const answers = [
      await ask(id, stranger),
      await ask(`imgtask_${"x".repeat(21)}`, stranger),
      await ask(`imgtask_${"x".repeat(21)}`),
      await ask("12345"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get("x-should-retry"))).toEqual(Array(4).fill("false"));
  });

  it("a stream is refused without authorization", async () => {
    const id = await stage.task();
    expect((await call(`/v1/images/tasks/${id}/events`)).status).toBe(401);
  });

  it("a caller who shares one session may watch the task to its end", async () => {
    const shared = aSession();
    const owner = `${shared},${aSession()}`;
    const answer = await call("/v1/images/generations", {
      method: "POST",
      headers: { authorization: owner, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a lighthouse", resolution: "1k" }),
    });
    const { id } = (await answer.json()) as { id: string };
    const reading = await open(id, { authorization: `${aSession()},${shared}` });
    await stage.end(id, owner);
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
  });
});

describe("a coordinator that fails during a stream", () => {
  const lost = () => Promise.reject(new Error("Network connection lost."));

  it("a coordinator that fails is asked again, and the stream repeats no event", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    const next = vi.spyOn(Coordinator.prototype, "next");
    next.mockImplementationOnce(lost).mockImplementationOnce(lost).mockImplementationOnce(lost);
    await stage.queue.deliver();
    await until(() => next.mock.calls.length > 3, "it was lost three times");
    await stage.end(id);
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
    expect(idsOf(reading)).toEqual(ascending(idsOf(reading)));
    expect(distinct(reading.events.map(({ data }) => data))).toHaveLength(reading.events.length);
  });

  it("a stream goes on when the coordinator is killed at every move", async () => {
    const id = await stage.task({ n: 2 });
    const reading = await open(id);
    await caughtUp(reading, id);
    for (let moves = 0; moves < 40; moves += 1) {
      await abortAllDurableObjects();
      const { status } = await stage.view(id);
      if (status === "completed" || status === "failed") break;
      await stage.move();
    }
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toEqual(await stage.view(id));
    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
    expect(idsOf(reading)).toEqual(ascending(idsOf(reading)));
  });

  it("a stream ends with the final record when the coordinator stays away", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    vi.spyOn(Coordinator.prototype, "next").mockImplementation(lost);
    await stage.end(id);
    vi.spyOn(Coordinator.prototype, "view").mockImplementation(lost);
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ id, status: "completed" });
    expect(viewsOf(reading).filter(({ status }) => status === "completed")).toHaveLength(1);
  });

  it("a stream never falls back to the pending record", async () => {
    const id = await stage.task({ prompt: "sim:slow" });
    await stage.queue.deliver();
    const reading = await open(id);
    await caughtUp(reading, id);
    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "processing" });
    const view = vi.spyOn(Coordinator.prototype, "view").mockImplementation(lost);
    vi.spyOn(Coordinator.prototype, "next").mockImplementation(lost);
    const events = reading.events.length;
    await timePasses(stage, () => view.mock.calls.length >= 3, "the record is looked at several times");
    await closeStream(stage, reading);

    expect(reading.events.slice(events).map(({ data }) => (JSON.parse(data) as View).status)).not.toContain("pending");
  });

  it("a stream begins with the record when the coordinator fails first, and then shows the current state", async () => {
    const id = await stage.task();
    await stage.queue.deliver();
    vi.spyOn(Coordinator.prototype, "view").mockImplementationOnce(lost);
    const reading = await open(id);
    await until(() => viewsOf(reading).at(-1)?.status === "processing", "the truth");
    await stage.end(id);
    await reading.ended;

    expect(viewsOf(reading).at(0)).toMatchObject({ status: "pending" });
    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
  });
});

describe("a caller who goes away", () => {
  it("a stream closed by its caller asks no more, and the task goes on", async () => {
    const id = await stage.task();
    const reading = await open(id);
    await caughtUp(reading, id);
    await stage.queue.deliver();
    await caughtUp(reading, id);
    const next = vi.spyOn(Coordinator.prototype, "next");
    await closeStream(stage, reading);
    await stage.end(id);

    // At most the call that was on its way already.
    expect(next.mock.calls.length).toBeLessThanOrEqual(1);
    expect(await stage.view(id)).toMatchObject({ status: "completed" });
  });

  it("a stream closed by its caller leaves nothing in storage and writes no record", async () => {
    const id = await stage.task();
    const [stub] = await storing();
    const before = await tablesOf(stub as CoordinatorStub);
    const put = vi.spyOn(Object.getPrototypeOf(env.TASKS) as KVNamespace, "put");
    const reading = await open(id);
    await caughtUp(reading, id);
    await closeStream(stage, reading);

    expect(await tablesOf(stub as CoordinatorStub)).toEqual(before);
    expect(put).not.toHaveBeenCalled();
  });
});
