/** What a poll costs: the rows that the coordinator reads for it, whatever the batch's size and however many there are. */
import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { rowsRead } from "#test/workers/support/rows-read.ts";
import { call, coordinators, setStage } from "#test/workers/support/stage.ts";

/** The rows of each kind of poll, of an owner with batches of these sizes. */
async function costsWith(sizes: number[]) {
  const stage = setStage();
  const batches = batchCalls(stage);
  const ids: string[] = [];
  for (const size of sizes) ids.push((await batches.create(someRequests(size))).id);
  // The first has tasks under way.
  const [id = ""] = ids;
  const { data } = (await (await batches.get(`/${id}/tasks?limit=1`)).json()) as { data: { id: string }[] };
  const headers = { authorization: `Bearer ${stage.session}` };
  const polls = {
    batch: () => batches.view(id),
    task: () => call(`/v1/images/tasks/${data[0]?.id}`, { headers }).then((answer) => answer.json()),
    page: () => batches.get(`/${id}/tasks?limit=20`).then((answer) => answer.json()),
  };
  const costs: Record<string, number> = {};
  for (const [name, poll] of Object.entries(polls)) costs[name] = await rowsRead(poll);
  for (const stub of coordinators()) await evictDurableObject(stub);
  costs.batchAfterEviction = await rowsRead(polls.batch);
  return costs;
}

it.each([
  ["100 requests", [100]],
  ["10,000 requests", Array<number>(10).fill(1_000)],
])(
  "with %s of an owner, a poll of a batch, of a task of it and of a page of its tasks reads as many rows",
  async (_, sizes) => {
    const { batchAfterEviction, ...polls } = await costsWith(sizes);

    expect(polls).toEqual({ batch: 0, task: 1, page: 25 });
    // A coordinator that starts reads the rows of its batches, once, and its live tasks.
    expect(batchAfterEviction).toBeLessThanOrEqual(sizes.length + 14);
  },
);
