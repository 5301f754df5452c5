/**
 * The fault matrix for copies: whatever an image's link answers, once or three times, the image is stored whole in the
 * end, and was made and paid for once.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { expectDelivered, generation, playFaults, shortenTimeouts } from "#test/workers/support/fault-cells.ts";
import { type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const faults = [
  "403",
  "404",
  "429",
  "500",
  "502-after",
  "reset",
  "hang",
  "html",
  "html-as-png",
  "broken-json",
  "empty",
  "truncated",
  "stalled",
] as const;
const cells = faults.flatMap((fault) => [1, 3].map((times) => ({ endpoint: "picture" as const, fault, times })));

describe("a copy", () => {
  it.each(cells)("a failed copy is repeated: $fault, $times times", async (cell) => {
    playFaults(stage, cell);
    const id = await generation(stage, 2);

    const view = await stage.end(id);

    expect(stage.calls("picture")).toBe(2 + cell.times);
    await expectDelivered(stage, id, view, 2);
    expect(stage.calls("submit")).toBe(1);
  });

  it.each([
    "sim:stale-links-once sim:instant",
    "sim:picture-500-once",
    "sim:picture-403-once",
    "sim:picture-html-once",
    "sim:picture-empty-once",
    "sim:picture-truncated-once",
    "sim:picture-stalled-once",
  ])("a failed copy of every image is repeated: %s", async (prompt) => {
    shortenTimeouts();
    const id = await generation(stage, 3, prompt);

    const view = await stage.end(id);

    expect(stage.calls("picture")).toBe(6);
    await expectDelivered(stage, id, view, 3);
  });

  it.each([1, 3])("a copy of unknown length starts again after it was cut short %i times", async (times) => {
    playFaults(stage, { endpoint: "picture", fault: "truncated", times });
    const id = await generation(stage, 1, "sim:no-length");

    await expectDelivered(stage, id, await stage.end(id), 1);
  });
});
