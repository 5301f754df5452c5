import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { codes } from "#test/simulator/codes.ts";
import { aSubmit, frozen, linksOf, recordAfter, recordOf, send, submitOk } from "./support.ts";

const recordUnder = (marker: string, seconds: number) =>
  recordAfter(frozen(), { prompt: `a fox sim:${marker} in snow` }, seconds);

describe("the scenario", () => {
  test("the scenario input-moderated fails after a second with a refused text", async () => {
    expect(await recordUnder("input-moderated", 1)).toMatchObject({
      status: 30,
      fail_code: "2038",
      task: { status: 10 },
      item_list: [],
    });
  });

  test.each([
    ["input-image-moderated", "2039", "inputimagerisk", 10],
    ["real-face", "4011", "", 10],
    ["input-unreadable", "3020", "", 30],
  ])("the scenario %s fails after a second with %s", async (marker, code, key, task) => {
    expect((await recordUnder(marker, 0.9))?.status).not.toBe(30);
    expect(await recordUnder(marker, 1)).toMatchObject({
      status: 30,
      fail_code: code,
      fail_starling_key: key,
      task: { status: task },
    });
  });

  test("the scenario output-moderated fails at the end with a refused image", async () => {
    expect((await recordUnder("output-moderated", 13)).status).toBe(45);
    expect(await recordUnder("output-moderated", 14)).toMatchObject({
      status: 30,
      task: { status: 40 },
      fail_code: "2004",
    });
  });

  test("the scenario failed fails with 2036", async () => {
    const record = await recordUnder("failed", 14);
    expect(record).toMatchObject({ status: 30, fail_code: "2036", fail_msg: "GenerateFail", task: { status: 30 } });
  });

  test("the scenario empty-code fails with a key only", async () => {
    const record = await recordUnder("empty-code", 14);
    expect(record).toMatchObject({ status: 30, fail_code: "", fail_msg: "", fail_starling_message: "" });
    expect(record.fail_starling_key).toBe("web_fail2generate_copyright_block");
  });

  test("the scenario failed-with-images fails with two images", async () => {
    const record = await recordUnder("failed-with-images", 14);
    expect(record.status).toBe(30);
    expect(linksOf(record)).toHaveLength(2);
  });

  test("the scenario fail-<code> fails with that code", async () => {
    expect(await recordUnder("fail-121212", 14)).toMatchObject({ status: 30, fail_code: "121212" });
  });

  test("the scenario fail-key-<key> fails with an empty code and that key, in the upstream's spelling", async () => {
    expect(await recordUnder("fail-key-errmessage_app_outputvideorisk", 14)).toMatchObject({
      status: 30,
      fail_code: "",
      fail_starling_key: "ErrMessage_APP_OutputVideoRisk",
    });
  });

  test.each(Object.entries(codes))(
    "the scenarios fail-<code> and ret-<code> have the text and key of the code %s",
    async (code, { errmsg, key }) => {
      const refused = await send(frozen(), aSubmit({ prompt: `a fox sim:ret-${code}` }));
      expect(refused).toMatchObject({ ret: code, errmsg });
      // 1018 has no data.
      if (code !== "1018") expect(refused.data).toMatchObject({ aigc_data: null, fail_starling_key: key });
      if (code.startsWith("-")) return;
      expect(await recordUnder(`fail-${code}`, 14)).toMatchObject({
        status: 30,
        fail_code: code,
        fail_msg: errmsg,
        fail_starling_key: key,
      });
    },
  );

  test("the scenario partial ends with three of four images and lists the missing one", async () => {
    const record = await recordUnder("partial", 14);
    expect(record).toMatchObject({ status: 50, finished_image_count: 3, total_image_count: 4 });
    expect(record.failed_item_list).toHaveLength(1);
    expect(linksOf(record)).toHaveLength(3);
  });

  test("the scenario two plans two images and makes both", async () => {
    const record = await recordUnder("two", 14);
    expect(record).toMatchObject({ status: 50, finished_image_count: 2, total_image_count: 2, failed_item_list: [] });
  });

  test("the scenario no-images ends successfully without an image", async () => {
    expect(await recordUnder("no-images", 14)).toMatchObject({ status: 50, item_list: [], finished_image_count: 0 });
  });

  test("the scenario slow takes ten times as long", async () => {
    expect((await recordUnder("slow", 139)).status).toBe(45);
    expect((await recordUnder("slow", 140)).status).toBe(50);
  });

  test("the scenario instant finishes at once", async () => {
    expect((await recordUnder("instant", 0)).status).toBe(50);
  });

  test("the scenario stuck never ends", async () => {
    expect(await recordUnder("stuck", 1e6)).toMatchObject({ status: 45, item_list: [] });
  });

  test("the scenario queued has decreasing queue positions before it starts", async () => {
    const early = await recordUnder("queued", 2);
    const later = await recordUnder("queued", 18);
    expect(early).toMatchObject({
      status: 20,
      forecast_queue_cost: 18,
      queue_info: { queue_status: 1, queue_idx: 36 },
    });
    expect(later).toMatchObject({ status: 20, forecast_queue_cost: 2, queue_info: { queue_status: 1, queue_idx: 4 } });
    expect(await recordUnder("queued", 25)).toMatchObject({
      status: 45,
      queue_info: { queue_status: 2, queue_idx: 0 },
    });
    expect((await recordUnder("queued", 34)).status).toBe(50);
  });

  test("the scenario late-visible cannot be found for ten seconds", async () => {
    expect(await recordUnder("late-visible", 9.9)).toBeUndefined();
    expect((await recordUnder("late-visible", 10)).status).toBe(45);
  });

  test("the scenario invisible is never found", async () => {
    expect(await recordUnder("invisible", 1e6)).toBeUndefined();
  });

  test("the scenario deleted ends in status 100 without images", async () => {
    expect((await recordUnder("deleted", 6)).status).toBe(45);
    expect(await recordUnder("deleted", 7)).toMatchObject({ status: 100, item_list: [] });
  });

  test("the scenario unknown-status answers 77 to every second look-up while it runs", async () => {
    const simulator = frozen();
    const { submit_id } = await submitOk(simulator, { prompt: "sim:unknown-status" });
    simulator.moveClock({ advanceSeconds: 2 });
    const seen = [];
    for (let n = 0; n < 4; n += 1) seen.push((await recordOf(simulator, submit_id)).status);
    simulator.moveClock({ advanceSeconds: 12 });
    for (let n = 0; n < 2; n += 1) seen.push((await recordOf(simulator, submit_id)).status);
    expect(seen).toEqual([42, 77, 42, 77, 50, 50]);
  });

  test("the scenario lost-answer starts and charges the job, then resets the connection", async () => {
    const simulator = frozen();
    const submitId = randomUUID();
    const lost = send(simulator, aSubmit({ prompt: "sim:lost-answer", submitId }));
    await expect(lost).rejects.toMatchObject({ message: "fetch failed", cause: { code: "ECONNRESET" } });
    expect(simulator.state()).toMatchObject({ jobs: [{ submitId, charged: 4 }], accounts: [{ credits: 996 }] });
    simulator.moveClock({ advanceSeconds: 14 });
    expect((await recordOf(simulator, submitId)).status).toBe(50);
  });

  test("the scenario reset-once resets the connection once, before the job starts", async () => {
    const simulator = frozen();
    const parts = aSubmit({ prompt: "sim:reset-once" });
    await expect(send(simulator, parts)).rejects.toThrow("fetch failed");
    expect(simulator.state().jobs).toEqual([]);
    expect((await send(simulator, parts)).ret).toBe("0");
  });

  test("the scenario busy-once refuses the first attempt only", async () => {
    const simulator = frozen();
    const parts = aSubmit({ prompt: "sim:busy-once" });
    expect((await send(simulator, parts)).ret).toBe("1310");
    expect((await send(simulator, parts)).ret).toBe("0");
  });

  test.each([
    ["busy", "1310"],
    ["risk", "-6"],
    ["ret-1063", "1063"],
    ["ret--4", "-4"],
  ])("the scenario %s refuses every submit with %s", async (marker, ret) => {
    const simulator = frozen();
    const parts = aSubmit({ prompt: `a fox sim:${marker}` });
    expect((await send(simulator, parts)).ret).toBe(ret);
    expect((await send(simulator, parts)).ret).toBe(ret);
    expect(simulator.state().jobs).toEqual([]);
  });

  test("the scenario ret-key-<key> refuses with 1000 and that key", async () => {
    const answer = await send(frozen(), aSubmit({ prompt: "sim:ret-key-web_fail2generate_input_retry" }));
    expect(answer).toMatchObject({ ret: "1000", data: { fail_starling_key: "web_fail2generate_input_retry" } });
  });

  test.each(["ret-key-web_unheard_of", "fail-key-x", "fail--1"])(
    "the scenario %s is refused as unknown",
    async (marker) => {
      const answer = await send(frozen(), aSubmit({ prompt: `sim:${marker}` }));
      expect(answer.errmsg).toContain(`sim:${marker}`);
    },
  );

  test("the scenario no-length sends the image without its length", async () => {
    const simulator = frozen();
    const record = await recordAfter(simulator, { prompt: "sim:no-length" }, 14);
    const response = await simulator.fetch(linksOf(record)[0] ?? "");
    expect(response.headers.get("content-length")).toBeNull();
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  test("the scenario picture-500-once answers 500 once for each image", async () => {
    const simulator = frozen();
    const links = linksOf(await recordAfter(simulator, { prompt: "sim:picture-500-once" }, 14));
    for (const expected of [500, 200])
      for (const link of links) expect((await simulator.fetch(link)).status).toBe(expected);
  });

  test("the scenario picture-truncated-once truncates the first fetch of an image", async () => {
    const simulator = frozen();
    const [link = ""] = linksOf(await recordAfter(simulator, { prompt: "sim:picture-truncated-once" }, 14));
    const broken = await simulator.fetch(link);
    expect(broken.headers.get("content-length")).toMatch(/^\d+$/);
    await expect(broken.arrayBuffer()).rejects.toThrow();
    expect((await (await simulator.fetch(link)).arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  const onceOnly: [marker: string, status: number, type: string][] = [
    ["picture-403-once", 403, "text/plain; charset=utf-8"],
    ["picture-html-once", 200, "text/html; charset=utf-8"],
    ["picture-empty-once", 200, "image/png"],
  ];
  test.each(onceOnly)("the scenario %s replaces the first answer for each image", async (marker, status, type) => {
    const simulator = frozen();
    const links = linksOf(await recordAfter(simulator, { prompt: `sim:${marker}`, resolution: "1k" }, 14));
    for (const link of links) {
      const faulty = await simulator.fetch(link);
      expect([faulty.status, faulty.headers.get("content-type")]).toEqual([status, type]);
      if (marker === "picture-empty-once") expect((await faulty.arrayBuffer()).byteLength).toBe(0);
      const whole = await simulator.fetch(link);
      expect(whole.headers.get("content-type")).toBe("image/png");
      expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
    }
  });

  test("the scenario picture-stalled-once sends half an image once, then nothing until the reader aborts", async () => {
    const simulator = frozen();
    const [link = ""] = linksOf(await recordAfter(simulator, { prompt: "sim:picture-stalled-once" }, 14));
    const abort = new AbortController();
    const { body, headers } = await simulator.fetch(link, { signal: abort.signal });
    const reader = body?.getReader();
    const half = await reader?.read();
    expect(half?.value?.byteLength).toBe(Math.floor(Number(headers.get("content-length")) / 2));
    const rest = reader?.read() ?? Promise.resolve();
    const first = await Promise.race([rest, new Promise((resolve) => setImmediate(() => resolve("nothing")))]);
    expect(first).toBe("nothing");
    abort.abort(new Error("gave up"));
    await expect(rest).rejects.toThrow("gave up");
    expect((await (await simulator.fetch(link)).arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  test("the scenario stale-links-once returns expired links in the first finished record only", async () => {
    const simulator = frozen();
    const submitId = randomUUID();
    const stale = await recordAfter(simulator, { prompt: "sim:stale-links-once", submitId }, 14);
    expect((await simulator.fetch(linksOf(stale)[0] ?? "")).status).toBe(403);
    const fresh = await recordOf(simulator, submitId);
    expect((await simulator.fetch(linksOf(fresh)[0] ?? "")).status).toBe(200);
  });

  test("an unknown scenario is refused, so that a misspelling is noticed", async () => {
    const answer = await send(frozen(), aSubmit({ prompt: "sim:partail" }));
    expect(answer.ret).toBe("1000");
    expect(answer.errmsg).toContain("sim:partail");
  });

  test("two scenarios in one prompt both apply", async () => {
    const simulator = frozen();
    const options = { prompt: "sim:slow sim:failed" };
    expect((await recordAfter(simulator, options, 139)).status).toBe(45);
    expect((await recordAfter(simulator, options, 140)).status).toBe(30);
  });
});
