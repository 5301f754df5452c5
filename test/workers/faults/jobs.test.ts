/**
 * The fault matrix for the calls of a job: whatever fault a submit, poll, continue, cancel or claim has,
 * once or three times, its task ends as without it, with one job, paid once.
 */
import { beforeEach, describe, expect, it } from "vitest";
import {
  cellsOf,
  expectDelivered,
  expectNothingLeft,
  expectOwnImages,
  generation,
  isAfterTheWork,
  playFaults,
} from "#test/workers/support/fault-cells.ts";
import { call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

describe("a submit", () => {
  it.each(cellsOf("submit"))("a submit that fails still leads to one job: $fault, $times times", async (cell) => {
    const { early } = playFaults(stage, cell);
    const id = await generation(stage, 2);

    const view = await stage.end(id);

    await expectDelivered(stage, id, view, 2);
    expect(stage.calls("submit")).toBe(isAfterTheWork(cell.fault) ? 1 : cell.times + 1);
    expect(early).toEqual([]);
  });
});

describe("a poll", () => {
  it.each(cellsOf("history"))("a poll that fails is repeated: $fault, $times times", async (cell) => {
    const { early } = playFaults(stage, cell);
    const id = await generation(stage, 2);

    const view = await stage.end(id);

    await expectDelivered(stage, id, view, 2);
    // Whatever its status, a record with a finish time and all images is that of a finished job.
    expect(stage.calls("history")).toBeGreaterThan(cell.fault === "unknown-status" ? 0 : cell.times);
    expect(early).toEqual([]);
  });
});

describe("a request to continue", () => {
  const cells = cellsOf("continue");
  const isHeard = ({ fault }: (typeof cells)[number]) => isAfterTheWork(fault) || fault === "429";

  it.each(cells.filter(isHeard))(
    "a request to continue that arrives brings the rest: $fault, $times times",
    async (cell) => {
      const { early } = playFaults(stage, cell);
      const id = await generation(stage, 8);

      const view = await stage.end(id);

      await expectDelivered(stage, id, view, 8);
      expect(stage.calls("continue")).toBe(isAfterTheWork(cell.fault) ? 1 : cell.times + 1);
      expect(early).toEqual([]);
    },
  );

  // It is unknown whether they arrived; sent twice they may be paid twice.
  it.each(cells.filter((cell) => !isHeard(cell) && cell.times === 1))(
    "a request to continue that is lost is not repeated: $fault",
    async (cell) => {
      playFaults(stage, cell);
      const id = await generation(stage, 8);

      const view = await stage.end(id);

      expect(view).toMatchObject({ status: "completed", partial: true });
      expect(view.images).toHaveLength(4);
      await expectOwnImages(stage, view);
      await expectNothingLeft(stage, id, view);
      expect(stage.jobs()).toMatchObject([{ charged: 4, refunded: 0, continues: 0 }]);
      expect(stage.calls("continue")).toBe(1);
    },
  );
});

describe("a cancel", () => {
  // It is sent once, so one fault is enough.
  const cells = cellsOf("cancel", { without: ["unknown-status"], times: [1] });

  async function cancelled(cell: (typeof cells)[number]) {
    playFaults(stage, cell);
    const id = await generation(stage, 2);
    await stage.queue.deliver();
    const headers = { authorization: `Bearer ${stage.session}` };
    const answer = await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers });
    expect(await answer.json()).toMatchObject({ cancel: "requested" });
    const view = await stage.end(id);
    expect(stage.calls("cancel")).toBe(1);
    return { id, view };
  }

  it.each(cells.filter(({ fault }) => isAfterTheWork(fault)))(
    "a cancel that arrived counts although its answer is lost: $fault",
    async (cell) => {
      const { id, view } = await cancelled(cell);

      expect(view).toMatchObject({ status: "failed", error_code: "cancelled" });
      await expectNothingLeft(stage, id, view);
      expect(stage.jobs()).toMatchObject([{ charged: 2, refunded: 2 }]);
    },
  );

  it.each(cells.filter(({ fault }) => !isAfterTheWork(fault)))(
    "a cancel that did not arrive changes nothing: $fault",
    async (cell) => {
      const { id, view } = await cancelled(cell);

      await expectDelivered(stage, id, view, 2);
    },
  );
});

describe("a claim of the daily credits", () => {
  const session = "demo-cn-nocredit-anna";

  it.each(cellsOf("claim", { without: ["unknown-status"] }))(
    "a failed claim of the day's gift does not fail the task: $fault, $times times",
    async (cell) => {
      playFaults(stage, cell);
      const answer = await call(submitPath, submitInit(session, { prompt: "a lighthouse", resolution: "1k", n: 1 }));
      const { id } = (await answer.json()) as { id: string };

      const view = await stage.end(id, session);

      const { charged } = await expectDelivered(stage, id, view, 1);
      expect(stage.simulator.state().accounts).toMatchObject([{ credits: 66 - charged }]);
    },
  );
});
