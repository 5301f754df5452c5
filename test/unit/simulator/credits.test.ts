import { describe, expect, test } from "vitest";
import { endOfBeijingDay } from "#test/simulator/accounts.ts";
import type { Simulator } from "#test/simulator/app.ts";
import { aCall, frozen, noon, paths, send, submitOk } from "./support.ts";

type Balance = {
  credit: { vip_credit: number; gift_credit: number; purchase_credit: number };
  expiring_credits: unknown[];
};
type Ledger = { records: { amount: number; history_type: number }[]; total_credit: number };

const balance = async (simulator: Simulator) => {
  const { data } = await send<Balance>(simulator, aCall("sg", "demo-sg", paths.credits, {}));
  const { gift_credit, purchase_credit, vip_credit } = data.credit;
  return gift_credit + purchase_credit + vip_credit;
};
const ledger = async (simulator: Simulator, body = {}) =>
  (await send<Ledger>(simulator, aCall("sg", "demo-sg", paths.ledger, { count: 20, cursor: "0", ...body }))).data;

describe("credits", () => {
  test("a submit charges one credit for each image", async () => {
    const simulator = frozen();
    expect(await balance(simulator)).toBe(1000);
    await submitOk(simulator);
    expect(await balance(simulator)).toBe(996);
  });

  test("an image costs creditsPerImage credits", async () => {
    const simulator = frozen({ creditsPerImage: 3 });
    await submitOk(simulator, { count: 2 });
    expect(await balance(simulator)).toBe(994);
  });

  test.each([
    ["sim:failed", 1000],
    ["sim:output-moderated", 1000],
    ["sim:deleted", 1000],
    ["sim:partial", 997],
    ["", 996],
  ])("a finished job with '%s' leaves %d credits", async (marker, left) => {
    const simulator = frozen();
    await submitOk(simulator, { prompt: `a fox ${marker}` });
    simulator.moveClock({ advanceSeconds: 14 });
    expect(await balance(simulator)).toBe(left);
  });

  test("the day's gift credits are spent first and expire at midnight in Beijing", async () => {
    const simulator = frozen();
    await submitOk(simulator);
    const { data } = await send<Balance>(simulator, aCall("sg", "demo-sg", paths.credits, {}));
    expect(data.credit).toEqual({ vip_credit: 0, gift_credit: 62, purchase_credit: 934 });
    expect(data.expiring_credits).toEqual([{ credit_amount: 62, expire_time: endOfBeijingDay(noon) }]);
    expect(new Date(endOfBeijingDay(noon) * 1000).toISOString()).toBe("2026-11-22T15:59:59.000Z");
  });

  test("the balance repeats its data as a JSON string", async () => {
    const { data, ...rest } = await send(frozen(), aCall("sg", "demo-sg", paths.credits, {}));
    expect(JSON.parse((rest as unknown as { response: string }).response)).toEqual(data);
  });
});

describe("the ledger", () => {
  test("the ledger shows a charge after a delay, and then the refund of a failed job", async () => {
    const simulator = frozen();
    const { submit_id, history_record_id } = await submitOk(simulator, { prompt: "sim:failed" });
    expect((await ledger(simulator)).records).toEqual([]);
    simulator.moveClock({ advanceSeconds: 14 });
    expect((await ledger(simulator)).records).toMatchObject([
      { amount: 4, history_type: 2, submit_id, history_id: history_record_id },
    ]);
    simulator.moveClock({ advanceSeconds: 5 });
    const { records, total_credit } = await ledger(simulator);
    expect(records.map((record) => [record.amount, record.history_type])).toEqual([
      [4, 1],
      [4, 2],
    ]);
    expect(total_credit).toBe(1000);
  });

  test("the ledger comes in pages and can be filtered by kind", async () => {
    const simulator = frozen();
    for (let n = 0; n < 3; n += 1) await submitOk(simulator);
    simulator.moveClock({ advanceSeconds: 5 });
    const first = await ledger(simulator, { count: 2 });
    expect(first).toMatchObject({ has_more: true, new_cursor: "2" });
    const second = await ledger(simulator, { count: 2, cursor: "2" });
    expect(second).toMatchObject({ has_more: false });
    expect([...first.records, ...second.records]).toHaveLength(3);
    expect((await ledger(simulator, { history_type: 1 })).records).toEqual([]);
  });
});
