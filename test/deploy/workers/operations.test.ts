/** The counts of a task in docs/deploy.md are true, for tasks of four images that a caller waits for. */
import { expect, it } from "vitest";
import { PER_TASK } from "#scripts/deploy/costs.ts";
import { aBody, call, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import { countOperations } from "./count-operations.ts";

const tasks = 10;
const images = 4;
/** Numbers are rounded up, and some tasks take a look less. */
const slack = 0.85;

it("a task of four images does no more than its price is reckoned from, and not much less", async () => {
  const stage = setStage();
  /** As of a caller who marks nothing, on a server with the usual settings. */
  const task = async (seed: number): Promise<string> => {
    const init = submitInit(stage.session, aBody({ n: images, seed }));
    const answer = await call(submitPath, init, { JOIN_WINDOW_SECONDS: "" });
    return (await answer.json<{ id: string }>()).id;
  };
  // The first task of a coordinator also makes its tables.
  await stage.end(await task(tasks));
  const operations = await countOperations();
  const sentBefore = stage.queue.sent.length;

  for (let number = 0; number < tasks; number += 1) {
    const view = await stage.end(await task(number));
    expect(view.images).toHaveLength(images);
  }

  const counted = { ...operations(), ticks: stage.queue.sent.length - sentBefore };
  const perTask = Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, count / tasks]));
  for (const [name, reckoned] of Object.entries(PER_TASK)) {
    expect(perTask[name], name).toBeLessThanOrEqual(reckoned);
    expect(perTask[name], name).toBeGreaterThanOrEqual(reckoned * slack);
  }
});
