import { describe, expect, test } from "vitest";
import type { Simulator } from "#test/simulator/app.ts";
import { aCall, frozen, lookUp, send, submitOk } from "./support.ts";

const cancel = (simulator: Simulator, body: unknown, session = "demo-sg") =>
  send(simulator, aCall("sg", session, "/mweb/v1/aigc_draft/cancel_generate", body));

describe("a cancel", () => {
  test("a cancel ends a running job as failed, refunds its credits and lets another job start", async () => {
    const simulator = frozen({ defaultConcurrency: 1 });
    const { history_record_id: id } = await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 5 });
    expect((await cancel(simulator, { history_id: id })).ret).toBe("0");
    expect((await lookUp(simulator, { history_ids: [id] }))[id]).toMatchObject({
      status: 30,
      task: { status: 30 },
      queue_info: { queue_status: 3 },
      item_list: [],
    });
    expect(simulator.state()).toMatchObject({
      accounts: [{ credits: 1000, running: 0 }],
      jobs: [{ charged: 4, refunded: 4 }],
    });
    await submitOk(simulator);
  });

  test("a cancel of a finished, an unknown or another account's job is refused and changes nothing", async () => {
    const simulator = frozen();
    const { history_record_id: id } = await submitOk(simulator);
    expect((await cancel(simulator, { history_id: id }, "demo-sg-2")).ret).toBe("1000");
    expect((await cancel(simulator, { history_id: "1" })).ret).toBe("1000");
    simulator.moveClock({ advanceSeconds: 14 });
    expect((await cancel(simulator, { history_id: id })).ret).toBe("1000");
    expect(simulator.state().jobs).toMatchObject([{ status: 50, refunded: 0 }]);
  });
});
