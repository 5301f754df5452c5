/** One task starts at most one job, whatever message or answer is lost. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { shortenTimeouts } from "#test/workers/support/fault-cells.ts";
import { aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

describe("a submit whose answer is lost after the job was started", () => {
  it.each([
    "reset-after",
    "502-after",
    "504-after",
    "500-after",
    "html-after",
    "empty-after",
    "broken-json-after",
    "403-after",
    "missing-id",
    "truncated",
  ] as const)("a job whose submit answer is lost is found by its id and not paid again: %s", async (fault) => {
    stage.simulator.addFault({ endpoint: "submit", fault });
    const id = await stage.task();

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });

    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("submit")).toBe(1);
  });

  it("a job whose submit never answers is found by its id and not paid again", async () => {
    shortenTimeouts();
    stage.simulator.addFault({ endpoint: "submit", fault: "hang-after" });
    const id = await stage.task();

    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);

    vi.mocked(Deadline.after).mockRestore();
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a task is pending to its caller while its job is searched for", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "reset-after" });
    const id = await stage.task();

    await stage.queue.deliver();

    expect(await stage.view(id)).toMatchObject({ status: "pending", progress: 0 });
  });

  it("a job is found although it becomes visible late", async () => {
    const id = await stage.task({ prompt: "sim:lost-answer sim:late-visible" });

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a job is found although several polls fail first", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "502-after" });
    stage.simulator.addFault({ endpoint: "history", fault: "502", times: 6 });
    const id = await stage.task();

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a submit counts as never arrived only after several polls that found nothing, however many polls failed before", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "502-after" });
    stage.simulator.addFault({ endpoint: "history", fault: "502", times: 4 });
    stage.simulator.addFault({ endpoint: "history", fault: "missing-id", times: 2 });
    const id = await stage.task();

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a submit counts as never arrived only after several polls that found nothing, however often it was refused before", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "ret-1310", times: 6 });
    const id = await stage.task();
    for (let moves = 0; moves < 100 && stage.calls("submit") < 6; moves += 1) await stage.move();
    // The consumer is killed after the seventh submit: nothing is reported.
    aCoordinatorThat("report", { fails: 1 });
    stage.simulator.addFault({ endpoint: "history", fault: "missing-id", times: 2 });

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("a submit that never arrived", () => {
  it("a submit that never arrived is sent again with the same id, after polls that found nothing", async () => {
    const id = await stage.task({ prompt: "sim:reset-once", n: 4 });
    const { submit_id } = await stage.view(id);

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.images).toHaveLength(4);
    expect(stage.jobs()).toMatchObject([{ submitId: submit_id, charged: 4, refunded: 0 }]);
    expect(stage.calls("submit")).toBe(2);
    expect(stage.calls("history")).toBeGreaterThanOrEqual(2 + 1);
  });

  it.each(["502", "reset", "html", "404"] as const)(
    "a submit that does not arrive is sent again until it does: %s",
    async (fault) => {
      stage.simulator.addFault({ endpoint: "submit", fault, times: 2 });
      const id = await stage.task();

      expect(await stage.end(id)).toMatchObject({ status: "completed" });
      expect(stage.jobs()).toHaveLength(1);
    },
  );
});

describe("a submit the upstream refuses", () => {
  it("a submit refused because the upstream is busy is sent again later", async () => {
    const id = await stage.task({ prompt: "sim:busy-once", n: 4 });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.images).toHaveLength(4);
    expect(stage.jobs()).toMatchObject([{ charged: 4, refunded: 0 }]);
  });

  it("a submit refused with HTTP 429 is sent again no sooner than the upstream asks", async () => {
    const id = await stage.task();
    stage.fetched.mockImplementationOnce(
      async () => new Response("", { status: 429, headers: { "retry-after": "77" } }),
    );
    await stage.queue.deliver();
    const refusedAt = Date.now();

    expect(await stage.view(id)).toMatchObject({ status: "pending", queue_position: 1 });
    while (stage.calls("submit") === 0) await stage.move();

    expect(Date.now() - refusedAt).toBeGreaterThanOrEqual(77_000);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a submit refused for good fails its task with the upstream's reason and is not sent again", async () => {
    const id = await stage.task({ prompt: "sim:ret-2038" });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "prompt_moderated" });
    expect(stage.calls("submit")).toBe(1);
  });

  it("a submit refused as busy for a whole day fails its task with a timeout at the deadline, not before", async () => {
    const id = await stage.task({ prompt: "sim:busy" });
    const createdAt = Date.now();
    for (let moves = 0; moves < 5; moves += 1) await stage.move();
    stage.advance(24 * 3600 - 300);
    await stage.move();
    expect(await stage.view(id)).toMatchObject({ status: "pending" });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "timeout" });

    expect(Date.now() - createdAt).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(stage.jobs()).toHaveLength(0);
  });
});

describe("a poll that fails", () => {
  it.each(["html", "broken-json", "empty", "500", "502", "503", "504", "404", "429", "reset", "missing-id"] as const)(
    "a failed poll does not fail the task: %s",
    async (fault) => {
      const id = await stage.task();
      await stage.queue.deliver();
      stage.simulator.addFault({ endpoint: "history", fault, times: 4 });

      expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
      expect(stage.jobs()).toHaveLength(1);
    },
  );

  it("a poll without an answer does not fail the task", async () => {
    shortenTimeouts();
    const id = await stage.task();
    await stage.queue.deliver();
    stage.simulator.addFault({ endpoint: "history", fault: "hang" });
    stage.advance(12);
    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);

    vi.mocked(Deadline.after).mockRestore();
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("a poll with an unknown status does not fail the task, and is logged", async () => {
    stage.simulator.changeSettings({ durationSeconds: 30 });
    const id = await stage.task({ prompt: "sim:unknown-status" });

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.logs.some((line) => line.includes("unknown_status"))).toBe(true);
  });
});

describe("a job that fails", () => {
  it.each([
    ["sim:input-moderated", "prompt_moderated"],
    ["sim:output-moderated", "output_moderated"],
    ["sim:empty-code", "output_moderated"],
    ["sim:failed", "upstream_failed"],
    ["sim:deleted", "upstream_failed"],
    ["sim:no-images", "upstream_failed"],
    ["sim:fail-121212", "upstream_failed"],
  ])("a job that fails fails the task with its reason: %s", async (prompt, error_code) => {
    const id = await stage.task({ prompt });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code });
    expect(stage.calls("submit")).toBe(1);
  });

  it("a job that never ends fails the task half an hour after it was accepted", async () => {
    const id = await stage.task({ prompt: "sim:stuck" });
    await stage.queue.deliver();
    const acceptedAt = Date.now();
    for (let moves = 0; moves < 5; moves += 1) await stage.move();
    vi.setSystemTime(acceptedAt + 29 * 60_000);
    await stage.move();
    expect(await stage.view(id)).toMatchObject({ status: "processing" });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "timeout" });

    expect(Date.now() - acceptedAt).toBeGreaterThanOrEqual(30 * 60_000);
    expect(Date.now() - acceptedAt).toBeLessThan(32 * 60_000);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("an accepted job that is never found fails the task at its deadline and is not paid again", async () => {
    const id = await stage.task({ prompt: "sim:invisible" });
    for (let moves = 0; moves < 10; moves += 1) await stage.move();
    expect(await stage.view(id)).toMatchObject({ status: "processing" });
    stage.advance(20 * 60);

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "timeout" });
    expect(stage.jobs()).toHaveLength(1);
  });
});

it("each caller pays for its own task only", async () => {
  const other = aSession();
  await Promise.all([
    stage.task(),
    call(submitPath, submitInit(other, { prompt: "a harbour", n: 1, resolution: "1k" })),
  ]);
  await stage.queue.deliver();

  expect(stage.jobs().map(({ charged }) => charged)).toEqual([1, 1]);
});
