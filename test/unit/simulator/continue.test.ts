import { describe, expect, test } from "vitest";
import type { Simulator } from "#test/simulator/app.ts";
import {
  aCall,
  aSubmit,
  frozen,
  type JobRecord,
  linksOf,
  type Parts,
  paths,
  recordOf,
  send,
  setField,
} from "./support.ts";

const submitted = async (simulator: Simulator, parts: Parts) => {
  const { ret, errmsg, data } = await send<{ aigc_data: JobRecord }>(simulator, parts);
  if (ret !== "0") throw new Error(`${ret} ${errmsg}`);
  return data.aigc_data;
};

/** The same call as a continue. */
const continued = (parts: Parts, historyId: string): Parts => ({
  ...parts,
  body: { ...(parts.body as object), action: 2, history_id: historyId },
});

/** A job of this many images, stalled after the first four. */
async function stalledAt(count: number, options = {}) {
  const simulator = frozen(options);
  const parts = aSubmit({ count });
  const { submit_id, history_record_id } = await submitted(simulator, parts);
  simulator.moveClock({ advanceSeconds: 14 });
  return {
    simulator,
    parts,
    id: history_record_id,
    record: () => recordOf(simulator, submit_id),
    continueJob: () => send(simulator, continued(parts, history_record_id)),
  };
}

describe("a job of more than four images", () => {
  test("a job of eight images stalls after four and adds the rest to the same record after a continue", async () => {
    const { simulator, record, continueJob: goOn } = await stalledAt(8);
    simulator.moveClock({ advanceSeconds: 1e6 });
    expect(await record()).toMatchObject({ status: 45, finished_image_count: 4, total_image_count: 8, finish_time: 0 });
    const first = linksOf(await record());
    expect((await goOn()).ret).toBe("0");
    simulator.moveClock({ advanceSeconds: 2 });
    expect(await record()).toMatchObject({ status: 42, finished_image_count: 4 });
    simulator.moveClock({ advanceSeconds: 8 });
    expect(await record()).toMatchObject({ status: 45, finished_image_count: 6 });
    simulator.moveClock({ advanceSeconds: 4 });
    const done = await record();
    expect(done).toMatchObject({ status: 50, finished_image_count: 8, failed_item_list: [] });
    const names = (links: string[]) => links.map((link) => new URL(link).pathname);
    expect(names(linksOf(done)).slice(0, 4)).toEqual(names(first));
    expect(simulator.state().jobs).toMatchObject([{ continues: 1, isStalled: false, images: 8 }]);
  });

  test("a job of ten images stalls again after each four", async () => {
    const simulator = frozen();
    const parts = aSubmit({ prompt: "10 images of a fox" });
    const { submit_id, history_record_id } = await submitted(simulator, parts);
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      if (round > 0) await submitted(simulator, continued(parts, history_record_id));
      simulator.moveClock({ advanceSeconds: 14 });
      const record = await recordOf(simulator, submit_id);
      seen.push([record.status, linksOf(record).length]);
    }
    expect(seen).toEqual([
      [45, 4],
      [45, 8],
      [50, 10],
    ]);
  });

  test("each four images are charged when they start", async () => {
    const { simulator, continueJob: goOn } = await stalledAt(6);
    expect(simulator.state().accounts[0]?.credits).toBe(996);
    await goOn();
    expect(simulator.state().accounts[0]?.credits).toBe(994);
    simulator.moveClock({ advanceSeconds: 14 });
    expect(simulator.state()).toMatchObject({ accounts: [{ credits: 994 }], jobs: [{ charged: 6, refunded: 0 }] });
  });

  test("with stallsAfter 0 no job stalls, and stalledStatus is the status of a stalled job", async () => {
    expect(await (await stalledAt(8, { stallsAfter: 0 })).record()).toMatchObject({ status: 50 });
    expect(await (await stalledAt(8, { stalledStatus: 50 })).record()).toMatchObject({
      status: 50,
      finished_image_count: 4,
    });
  });

  test("a stalled job does not count as running", async () => {
    const { simulator } = await stalledAt(8, { defaultConcurrency: 1 });
    expect((await send(simulator, aSubmit())).ret).toBe("0");
  });

  test("a stalled job that is cancelled keeps its finished images and their charge", async () => {
    const { simulator, id, record } = await stalledAt(8);
    await send(simulator, aCall("sg", "demo-sg", paths.cancel, { history_id: id }));
    expect(await record()).toMatchObject({ status: 30, finished_image_count: 4 });
    expect(simulator.state()).toMatchObject({ accounts: [{ credits: 996 }], jobs: [{ charged: 4, refunded: 0 }] });
  });

  test.each([
    ["high_aes_general_v40l", "8 images of a fox", 8],
    ["high_aes_general_v40", "一只狐狸，6张", 6],
    ["high_aes_general_v41", "99 very small pictures", 16],
    ["high_aes_general_v42", "8 images of a fox", 4],
    ["high_aes_general_v40l", "a story in images", 4],
  ])("the model %s with the prompt '%s' plans %d images", async (model, prompt, planned) => {
    const simulator = frozen();
    await submitted(simulator, aSubmit({ model, prompt }));
    expect(simulator.state().jobs[0]?.plannedImages).toBe(planned);
  });

  test("gen_count overrides the number of images in the prompt", async () => {
    const simulator = frozen();
    await submitted(simulator, aSubmit({ prompt: "8 images", count: 2 }));
    expect(simulator.state().jobs[0]?.plannedImages).toBe(2);
  });
});

describe("a continue", () => {
  test("a continue is counted separately from submits and starts no job", async () => {
    const { simulator, continueJob: goOn } = await stalledAt(8);
    await goOn();
    expect(simulator.state().calls).toMatchObject({ submit: 1, continue: 1 });
    expect(simulator.state().jobs).toHaveLength(1);
  });

  test("a continue of a job that is not stalled is refused with 1000", async () => {
    const { simulator, continueJob: goOn } = await stalledAt(8);
    expect((await goOn()).ret).toBe("0");
    expect((await goOn()).ret).toBe("1000");
    simulator.moveClock({ advanceSeconds: 14 });
    expect((await goOn()).ret).toBe("1000");
  });

  test("a continue whose body differs from the submit's is refused with 1000", async () => {
    const { simulator, parts, id } = await stalledAt(8);
    const { body } = parts as { body: Record<string, unknown> };
    for (const [path, value] of [
      ["draft_content", (aSubmit({ count: 8 }).body as { draft_content: string }).draft_content],
      ["submit_id", "0b6f0c1e-1111-4aaa-9bbb-000000000009"],
      ["metrics_extra", "{}"],
      ["history_id", undefined],
      ["history_id", "1"],
      ["action", 1],
    ] as const) {
      const changed = structuredClone({ ...body, action: 2, history_id: id });
      setField(changed, path, value);
      expect((await send(simulator, { ...parts, body: changed })).ret, path).toBe("1000");
    }
    expect(simulator.state().jobs).toMatchObject([{ continues: 0 }]);
  });

  test("a continue by another account is refused with 1000, one without credits with 1006", async () => {
    const { simulator, parts, id, continueJob: goOn } = await stalledAt(8, { defaultCredits: 5 });
    const headers = { ...parts.headers, cookie: "sessionid=demo-sg-2; sessionid_ss=demo-sg-2" };
    expect((await send(simulator, continued({ ...parts, headers }, id))).ret).toBe("1000");
    expect((await goOn()).ret).toBe("1006");
  });

  test("a continue whose answer is lost still takes effect", async () => {
    const { simulator, record, continueJob: goOn } = await stalledAt(8);
    simulator.addFault({ endpoint: "continue", fault: "reset-after" });
    await expect(goOn()).rejects.toThrow("fetch failed");
    simulator.moveClock({ advanceSeconds: 14 });
    expect(await record()).toMatchObject({ status: 50, finished_image_count: 8 });
  });
});
