/**
 * The fault matrix for uploads: whatever fault one of the five calls has, once
 * or three times, the job runs once, with the caller's images in the caller's order.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { cellsOf, composition, expectDelivered, expectInputs, playFaults } from "#test/workers/support/fault-cells.ts";
import { type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const cells = [
  ...cellsOf("uploadToken", { without: ["unknown-status"] }),
  ...cellsOf("apply", { without: ["unknown-status"] }),
  ...cellsOf("uploadBytes", { without: ["missing-id", "unknown-status"] }),
  ...cellsOf("commit"),
];

describe("an upload", () => {
  it.each(cells)("a failed upload is repeated: $endpoint, $fault, $times times", async (cell) => {
    const { early } = playFaults(stage, cell);
    const id = await composition(stage.session, 2);

    const view = await stage.end(id);

    await expectInputs(await expectDelivered(stage, id, view, 1), 2);
    expect(stage.calls("submit")).toBe(1);
    expect(stage.simulator.state().faults).toEqual([]);
    expect(early).toEqual([]);
  });
});

describe("a content check", () => {
  // Only one of its answers is a refusal; each image is checked once.
  it.each(cellsOf("contentCheck", { without: ["unknown-status"] }))(
    "a content check without a verdict does not stop the task: $fault, $times times",
    async (cell) => {
      const session = "demo-cn-anna";
      playFaults(stage, cell);
      const id = await composition(session, 3);

      const view = await stage.end(id, session);

      await expectInputs(await expectDelivered(stage, id, view, 1), 3);
      expect(stage.calls("contentCheck")).toBe(3);
      expect(stage.simulator.state()).toMatchObject({ faults: [], uploads: [{}, {}, {}] });
    },
  );
});
