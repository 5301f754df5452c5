/** A wait may end before the task does, and what happens to the one who waits is nothing to the task. */
import { abortAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/index.ts";
import { anImage, base64Of, stagedKeys } from "#test/workers/support/compositions.ts";
import { aBody, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import {
  generate,
  type Images,
  longStepSeconds,
  skipPauses,
  startWaiting,
  timePasses,
  until,
} from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const shortWait = (seconds: number) => ({ prefer: `wait=${seconds}` });
/** So long a coordinator may wait for a caller that has hung up. */
const maxCallMs = 15_000;

describe("a wait that is over before the images are there", () => {
  it("a wait that runs out is answered with 202 and the task, as if it had been answered at once", async () => {
    const startedAt = Math.floor(Date.now() / 1000);
    skipPauses();
    const { id, answer, isAnswered } = await generate(stage, {}, shortWait(3));
    expect(isAnswered()).toBe(false);
    await timePasses(stage, isAnswered, "the time is up");

    const answered = await answer;

    expect(answered.status).toBe(202);
    expect(await answered.json()).toEqual({
      id,
      task_id: id,
      object: "image.generation.task",
      status: "pending",
      submit_id: expect.any(String),
      message: expect.stringContaining(`GET /v1/images/tasks/${id}`),
      created: startedAt,
      created_at: startedAt,
      expires_at: expect.any(Number),
      poll_url: `https://api.test/v1/images/tasks/${id}`,
    });
    expect(answered.headers.get("location")).toBe(`/v1/images/tasks/${id}`);
    expect(Number(answered.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answered.headers.get("cache-control")).toBe("no-store");
    expect(answered.headers.get("vary")).toMatch(/\bPrefer\b/);
  });

  it("the answer to a wait that runs out says processing when the task runs by then", async () => {
    skipPauses();
    const { answer, isAnswered } = await generate(stage, {}, shortWait(3));
    await stage.queue.deliver();
    await timePasses(stage, isAnswered, "the time is up");

    expect(await (await answer).json()).toMatchObject({ status: "processing" });
  });

  it("the task goes on after a wait that runs out: it completes and is paid once", async () => {
    skipPauses();
    const { id, answer, isAnswered } = await generate(stage, {}, shortWait(3));
    await timePasses(stage, isAnswered, "the time is up");
    expect((await answer).status).toBe(202);

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(stage.jobs()).toMatchObject([{ charged: 1, refunded: 0 }]);
  });

  it("the answer to a wait that runs out counts the reference images of an edit", async () => {
    skipPauses();
    const images = [1, 2].map((seed) => `data:image/png;base64,${base64Of(anImage(500, seed))}`);
    const init = submitInit(stage.session, aBody({ images }), shortWait(3));
    const { id, answer, isAnswered } = await startWaiting(stage, "/v1/images/edits", init);
    await timePasses(stage, isAnswered, "the time is up");

    expect((await answer).status).toBe(202);
    expect(await (await answer).json()).toMatchObject({ id, input_images: 2 });
    expect(await stagedKeys()).toHaveLength(2);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a wait without a number lasts 280 seconds", async () => {
    skipPauses();
    const startedAt = Date.now();
    const { answer, isAnswered } = await generate(stage, { prompt: "sim:stuck" }, { prefer: "wait" });
    await timePasses(stage, isAnswered, "the time is up", longStepSeconds);

    expect((await answer).status).toBe(202);
    expect((Date.now() - startedAt) / 1000).toBeGreaterThanOrEqual(280);
    expect((Date.now() - startedAt) / 1000).toBeLessThan(300);
  });

  it.each([submitPath, "/openai/v1/images/generations"])(
    "a caller that did not ask to wait gets an error that clients do not repeat, and that names the task: %s",
    async (path) => {
      skipPauses();
      const init = submitInit(stage.session, aBody({ prompt: "sim:slow" }), { prefer: "none" });
      const { id, answer, isAnswered } = await startWaiting(stage, path, init);
      await timePasses(stage, isAnswered, "the time is up", longStepSeconds);

      const answered = await answer;
      expect(answered.status).toBe(424);
      expect(await answered.json()).toMatchObject({
        error: {
          code: "timeout",
          message: expect.stringContaining(`GET /v1/images/tasks/${id}`),
          retryable: false,
          task_id: id,
        },
      });
      expect(answered.headers.get("x-should-retry")).toBe("false");
      expect(answered.headers.get("location")).toBe(`/v1/images/tasks/${id}`);
      expect(await stage.end(id)).toMatchObject({ status: "completed" });
      expect(stage.jobs()).toHaveLength(1);
    },
  );

  it("a wait asks the coordinator for at most 15 seconds at a time, as its caller may have hung up", async () => {
    skipPauses();
    const next = vi.spyOn(Coordinator.prototype, "next");
    const { id, answer } = await generate(stage, {}, { prefer: "wait=600" });
    await until(() => next.mock.calls.length > 0, "it is asked");
    stage.advance(100);
    await until(() => next.mock.calls.length > 1, "it is asked again");
    await stage.end(id);

    expect((await answer).status).toBe(200);
    for (const [, , , timeoutMs] of next.mock.calls) expect(timeoutMs).toBeLessThanOrEqual(maxCallMs);
  });
});

describe("while a caller waits", () => {
  it("other callers are answered while one waits", async () => {
    const { id, answer } = await generate(stage);

    expect(await stage.view(id)).toMatchObject({ status: "pending" });
    const other = await stage.task();
    expect(await stage.end(other)).toMatchObject({ status: "completed" });
    await stage.end(id);
    expect((await answer).status).toBe(200);
  });

  it("the coordinator is asked only when the task changes", async () => {
    const next = vi.spyOn(Coordinator.prototype, "next");
    const { id, answer } = await generate(stage);
    await until(() => next.mock.calls.length === 1, "it is asked");
    await stage.end(id);
    await answer;

    // Versions of one small task's whole life.
    expect(next.mock.calls.length).toBeLessThanOrEqual(10);
    const since = next.mock.calls.map(([, , version]) => version);
    expect(since).toEqual([...new Set(since)].toSorted((a, b) => a - b));
  });

  it("a coordinator that breaks off is asked again, and the images come", async () => {
    skipPauses();
    const next = vi.spyOn(Coordinator.prototype, "next").mockRejectedValueOnce(new Error("Network connection lost."));
    const { id, answer } = await generate(stage);
    await until(() => next.mock.calls.length >= 2, "it is asked again");
    await stage.end(id);

    expect(await (await answer).json()).toMatchObject({ task_id: id, data: [{ url: expect.any(String) }] });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a coordinator that is killed in the middle of a wait causes no second task", async () => {
    skipPauses();
    const { id, answer } = await generate(stage);
    await stage.queue.deliver();
    await abortAllDurableObjects();
    await stage.end(id);

    expect(await (await answer).json()).toMatchObject({ task_id: id });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a caller gets the images although the coordinator cannot be reached for a while", async () => {
    skipPauses();
    const { id, answer } = await generate(stage);
    let isAway = true;
    const real = { next: Coordinator.prototype.next, view: Coordinator.prototype.view };
    const lost = () => Promise.reject(new Error("Network connection lost."));
    const view = vi.spyOn(Coordinator.prototype, "view").mockImplementation(function (this: Coordinator, ...given) {
      return isAway ? lost() : real.view.apply(this, given);
    });
    vi.spyOn(Coordinator.prototype, "next").mockImplementation(function (this: Coordinator, ...given) {
      return isAway ? lost() : real.next.apply(this, given);
    });
    await stage.queue.deliver();
    await timePasses(stage, () => view.mock.calls.length >= 3, "it is asked again and again");
    isAway = false;
    await stage.end(id);

    expect(await (await answer).json()).toMatchObject({ task_id: id });
  });

  it("many callers may wait for one task, and each gets its images", async () => {
    const key = { "idempotency-key": "shared" };
    const { id, answer } = await generate(stage, {}, key);
    const others = Array.from({ length: 30 }, () =>
      call(submitPath, submitInit(stage.session, aBody(), { prefer: "wait", ...key })),
    );
    await stage.end(id);

    const answers = await Promise.all([answer, ...others]);
    expect(answers.map(({ status }) => status)).toEqual(Array(31).fill(200));
    const ids = await Promise.all(answers.map(async (one) => ((await one.json()) as Images).task_id));
    expect(new Set(ids)).toEqual(new Set([id]));
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a line of tasks moves on, and each waiting caller gets its own images", async () => {
    // More than one session runs at once.
    const callers = await Promise.all(
      Array.from({ length: 7 }, (_, number) =>
        stage.task({ prompt: `one of many ${number}` }, { "idempotency-key": `line ${number}` }),
      ),
    );
    const waiting = callers.map((_id, number) =>
      call(
        submitPath,
        submitInit(stage.session, aBody({ prompt: `one of many ${number}` }), {
          prefer: "wait",
          "idempotency-key": `line ${number}`,
        }),
      ),
    );
    for (const id of callers) await stage.end(id);

    const answers = await Promise.all((await Promise.all(waiting)).map((answer) => answer.json() as Promise<Images>));
    expect(answers.map(({ task_id }) => task_id)).toEqual(callers);
  });
});

describe("a finished task", () => {
  it("a task that is finished before the wait begins is answered at once with its images", async () => {
    const key = { "idempotency-key": "done" };
    await stage.end(await stage.task({}, key));
    const next = vi.spyOn(Coordinator.prototype, "next");

    const answer = await call(submitPath, submitInit(stage.session, aBody(), { prefer: "wait", ...key }));

    expect(answer.status).toBe(200);
    expect(next).not.toHaveBeenCalled();
  });
});
