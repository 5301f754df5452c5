/**
 * Faults that never end, one endpoint at a time: the task ends with the reason, and costs what the upstream
 * made: nothing without a job, and one job once.
 */
import { beforeEach, describe, expect, it } from "vitest";
import type { EndpointName } from "#test/simulator/endpoint-names.ts";
import type { FaultName } from "#test/simulator/faults.ts";
import {
  composition,
  endUnwatched,
  expectDelivered,
  expectNothingLeft,
  expectOwnImages,
  generation,
  playFaults,
} from "#test/workers/support/fault-cells.ts";
import { call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const times = Number.MAX_SAFE_INTEGER;
const hourMs = 3_600_000;

type Row = [endpoint: EndpointName, fault: FaultName, error_code: string, charged?: number];

/** @param charged credits of the only job; none: no job. */
async function expectFailed(id: string, expected: Expected): Promise<void> {
  const { error_code, charged, session = stage.session, maxMs = hourMs } = expected;
  const begunAt = Date.now();
  const view = await endUnwatched(stage, id, session);
  const tookMs = Date.now() - begunAt;

  expect(view).toMatchObject({ status: "failed", error_code });
  expect(view.images ?? []).toEqual([]);
  await expectNothingLeft(stage, id, view);
  expect(stage.jobs()).toMatchObject(charged === undefined ? [] : [{ charged, refunded: 0 }]);
  expect(tookMs).toBeLessThanOrEqual(maxMs);
}
type Expected = { error_code: string; charged?: number | undefined; session?: string; maxMs?: number };

describe("faults that fail a task", () => {
  it.each<Row>([
    ["submit", "500", "upstream_unreachable"],
    ["submit", "reset", "upstream_unreachable"],
    ["submit", "hang", "upstream_unreachable"],
    ["submit", "html", "upstream_changed"],
    ["submit", "broken-json", "upstream_changed"],
    ["submit", "empty", "upstream_changed"],
    ["history", "500", "upstream_unreachable", 2],
    ["history", "reset", "upstream_unreachable", 2],
    ["history", "hang-after", "upstream_unreachable", 2],
    ["history", "html", "upstream_changed", 2],
    ["history", "empty", "upstream_changed", 2],
    ["history", "missing-id", "timeout", 2],
    ["picture", "403", "upstream_failed", 2],
    ["picture", "500", "upstream_failed", 2],
    ["picture", "hang", "upstream_failed", 2],
    ["picture", "html", "upstream_failed", 2],
    ["picture", "truncated", "upstream_failed", 2],
    ["picture", "empty", "upstream_failed", 2],
  ])(
    "a generation fails with the reason when this fault never ends: %s, %s",
    async (endpoint, fault, error_code, charged) => {
      playFaults(stage, { endpoint, fault, times });
      await expectFailed(await generation(stage, 2), { error_code, charged });
    },
  );

  it.each<Row>([
    ["uploadToken", "500", "upstream_unreachable"],
    ["uploadToken", "missing-id", "upstream_changed"],
    ["apply", "reset", "upstream_unreachable"],
    ["apply", "missing-id", "upstream_changed"],
    ["uploadBytes", "hang", "upstream_unreachable"],
    ["uploadBytes", "html", "upstream_failed"],
    ["commit", "502-after", "upstream_unreachable"],
    ["commit", "unknown-status", "upstream_failed"],
  ])(
    "a composition fails with the reason when this fault of its upload never ends: %s, %s",
    async (endpoint, fault, error_code) => {
      playFaults(stage, { endpoint, fault, times });
      await expectFailed(await composition(stage.session, 2), { error_code, maxMs: hourMs });
    },
  );

  it.each<Row>([
    ["claim", "500", "insufficient_credits"],
    ["claim", "hang", "insufficient_credits"],
  ])(
    "a task without credits fails with the reason when the claim of the gift never works: %s, %s",
    async (endpoint, fault, error_code) => {
      const session = "demo-cn-nocredit-anna";
      playFaults(stage, { endpoint, fault, times });
      const answer = await call(submitPath, submitInit(session, { prompt: "a lighthouse", n: 1 }));
      const { id } = (await answer.json()) as { id: string };
      await expectFailed(id, { error_code, session });
    },
  );
});

describe("faults that a task survives", () => {
  it.each(["502-after", "reset-after", "hang-after", "missing-id"] as const)(
    "a task completes although every answer to its submit is lost: %s",
    async (fault) => {
      playFaults(stage, { endpoint: "submit", fault, times });
      const id = await generation(stage, 2);
      await expectDelivered(stage, id, await stage.end(id), 2);
    },
  );

  it("a task whose job status stays unknown completes with the images that were seen", async () => {
    playFaults(stage, { endpoint: "history", fault: "unknown-status", times });
    const id = await generation(stage, 2);
    await expectDelivered(stage, id, await endUnwatched(stage, id), 2);
  });

  it.each(["500", "reset", "html", "hang"] as const)(
    "a task completes although no content check answers: %s",
    async (fault) => {
      const session = "demo-cn-anna";
      playFaults(stage, { endpoint: "contentCheck", fault, times });
      const id = await composition(session, 2);
      await expectDelivered(stage, id, await stage.end(id, session), 1);
    },
  );

  it.each(["429", "500"] as const)("a task whose job is never continued completes in part: %s", async (fault) => {
    playFaults(stage, { endpoint: "continue", fault, times });
    const id = await generation(stage, 8);

    const view = await endUnwatched(stage, id);

    expect(view).toMatchObject({ status: "completed", partial: true });
    expect(view.images).toHaveLength(4);
    await expectOwnImages(stage, view);
    await expectNothingLeft(stage, id, view);
    expect(stage.jobs()).toMatchObject([{ charged: 4, refunded: 0, continues: 0 }]);
  });
});
