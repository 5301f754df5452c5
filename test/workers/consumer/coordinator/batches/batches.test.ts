/** The requests of a batch, from their creation to their end, with the simulator as the upstream. */
import { describe, expect, it } from "vitest";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { setStage } from "#test/workers/support/stage.ts";

describe("a batch", () => {
  it("every request of a batch becomes a task, and its results are in the order of the requests", async () => {
    const stage = setStage();
    const batches = batchCalls(stage);
    const { id, request_counts } = await batches.create(someRequests(7));
    expect(request_counts).toMatchObject({ total: 7, completed: 0 });
    const ended = await batches.end(id);
    expect(ended).toMatchObject({ status: "completed", request_counts: { total: 7, completed: 7, waiting: 0 } });
    const results = await batches.results(id);
    expect(results.map(({ custom_id, status, images }) => [custom_id, status, images.length])).toEqual(
      Array.from({ length: 7 }, (_, index) => [`c${index}`, "completed", 1]),
    );
    expect(stage.jobs()).toHaveLength(7);
  });
});
