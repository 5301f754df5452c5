/** How well a batch uses the slots of its sessions, in the stage's own time. */
import { expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { aSession, setStage } from "#test/workers/support/stage.ts";

const tasks = 200;
const sessions = 5;
const slotsOfSession = 4;
const durationSeconds = 30;

it.each([0, 10])(
  "200 tasks on five sessions of four slots take at most a tenth longer than on slots that are never idle, although jobs differ by %d s",
  async (durationSpreadSeconds) => {
    const stage = setStage({ durationSeconds, durationSpreadSeconds });
    const batches = batchCalls(stage, Array.from({ length: sessions }, () => aSession()).join(","));
    const { id } = await batches.create(someRequests(tasks));
    const startedAt = Date.now();
    expect(await batches.end(id)).toMatchObject({ request_counts: { completed: tasks } });
    const usualSeconds = durationSeconds + durationSpreadSeconds / 2;
    const ideal = (tasks / (sessions * slotsOfSession)) * usualSeconds;
    expect((Date.now() - startedAt) / 1000 / ideal).toBeLessThanOrEqual(1.1);
    expect(stage.jobs()).toHaveLength(tasks);
  },
  120_000,
);
