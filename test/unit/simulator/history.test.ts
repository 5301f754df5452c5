import { describe, expect, test } from "vitest";
import { aCall, frozen, linksOf, lookUp, paths, recordAfter, recordOf, send, submitOk } from "./support.ts";

describe("the record", () => {
  const life: [seconds: number, status: number, images: number, total: number][] = [
    [1, 42, 0, 4],
    [4.1, 42, 0, 4],
    [4.3, 45, 0, 4],
    [8.3, 45, 0, 4],
    [8.4, 45, 1, 4],
    [9.8, 45, 2, 4],
    [11.2, 45, 3, 4],
    [12.6, 45, 4, 4],
    [13.9, 45, 4, 4],
    [14, 50, 4, 4],
    [900, 50, 4, 4],
  ];
  test.each(life)("the record after %d s has status %d and %d of %d images", async (seconds, status, images, total) => {
    const record = await recordAfter(frozen(), {}, seconds);
    expect(record).toMatchObject({ status, finished_image_count: images, total_image_count: total });
    expect(record.task.status).toBe(status);
    expect(linksOf(record)).toHaveLength(images);
  });

  test("a new record has status 20 and no total", async () => {
    const record = await recordAfter(frozen({ visibilityDelaySeconds: 0 }), {}, 0.5);
    expect(record).toMatchObject({ status: 20, total_image_count: 0, finish_time: 0 });
  });

  test("the record of a finished job has its end time and result", async () => {
    const record = await recordAfter(frozen(), {}, 20);
    expect(record.finish_time - record.created_time).toBeCloseTo(14);
    expect(record).toMatchObject({ fail_code: "", fail_msg: "Success", queue_info: { queue_status: 3 } });
    expect(record.failed_item_list).toEqual([]);
  });

  test("a running job keeps its duration when the setting changes", async () => {
    const simulator = frozen();
    const { submit_id } = await submitOk(simulator);
    simulator.changeSettings({ durationSeconds: 100 });
    simulator.moveClock({ advanceSeconds: 14 });
    expect((await recordOf(simulator, submit_id)).status).toBe(50);
  });

  test("the forecast is in real seconds when the clock runs faster", async () => {
    const fast = frozen({ speed: 20 });
    expect((await submitOk(fast)).forecast_generate_cost).toBe(2);
    fast.moveClock({ speed: 0 });
    expect((await submitOk(fast)).forecast_generate_cost).toBe(2);
  });
});

describe("a look-up", () => {
  test("a look-up is keyed by the ids of the request, of either kind", async () => {
    const simulator = frozen();
    const { submit_id, history_record_id } = await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 1 });
    expect(Object.keys(await lookUp(simulator, { submit_ids: [submit_id] }))).toEqual([submit_id]);
    expect(Object.keys(await lookUp(simulator, { history_ids: [history_record_id] }))).toEqual([history_record_id]);
  });

  test("a look-up leaves out ids that are unknown or not visible yet", async () => {
    const simulator = frozen();
    const { submit_id } = await submitOk(simulator);
    expect(await lookUp(simulator, { submit_ids: [submit_id, "unknown"] })).toEqual({});
    simulator.moveClock({ advanceSeconds: 1 });
    expect(Object.keys(await lookUp(simulator, { submit_ids: [submit_id, "unknown"] }))).toEqual([submit_id]);
  });

  test("a look-up leaves out other accounts' ids", async () => {
    const simulator = frozen();
    const { submit_id, history_record_id } = await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 1 });
    const other = { session: "demo-sg-2" };
    expect(await lookUp(simulator, { submit_ids: [submit_id] }, other)).toEqual({});
    expect(await lookUp(simulator, { history_ids: [history_record_id] }, other)).toEqual({});
  });

  test("a look-up by a submit id that was used twice finds the newest job", async () => {
    const simulator = frozen();
    const submitId = "0b6f0c1e-1111-4aaa-9bbb-000000000001";
    await submitOk(simulator, { submitId });
    const second = await submitOk(simulator, { submitId });
    simulator.moveClock({ advanceSeconds: 1 });
    const found = await lookUp(simulator, { submit_ids: [submitId] });
    expect(found[submitId]?.history_record_id).toBe(second.history_record_id);
  });

  test.each([
    ["no ids", {}],
    ["ids that are numbers", { history_ids: [7897100000001] }],
    ["an unknown field", { history_ids: ["1"], extra: 1 }],
  ])("a look-up with %s is refused with 1000", async (_, body) => {
    expect((await send(frozen(), aCall("sg", "demo-sg", paths.history, body))).ret).toBe("1000");
  });

  test("a look-up of the queue returns forecast and position by history id", async () => {
    const simulator = frozen();
    const { history_record_id } = await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 1 });
    const { data } = await send<object>(
      simulator,
      aCall("sg", "demo-sg", paths.queue, { history_ids: [history_record_id, "1"] }),
    );
    expect(data).toMatchObject({
      [history_record_id]: {
        status: 0,
        queue_info: { queue_status: 2, queue_idx: 0, queue_length: 0 },
        forecast_cost_time: { forecast_generate_cost: 23, forecast_queue_cost: 0 },
      },
    });
    expect(Object.keys(data)).toEqual([history_record_id]);
  });
});
