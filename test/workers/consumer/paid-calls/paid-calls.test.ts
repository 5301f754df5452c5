/** Tasks with keys, end to end: single and group models, reference images, limits, and what a poll shows. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/coordinator/coordinator.ts";
import {
  aKey,
  call,
  coordinators,
  paidCallObjects,
  type Stage,
  setStage,
  submitInit,
  submitPath,
  type View,
} from "#test/workers/support/stage.ts";

let stage: Stage;
let key: string;
beforeEach(() => {
  stage = setStage({ arkSeconds: 0 });
  key = aKey();
});

type Answer = View & { partial_code?: string; partial_reason?: string; model: string };

async function submitted(body: object, as = key, headers: Record<string, string> = {}): Promise<string> {
  const answer = await call(submitPath, submitInit(as, { prompt: "a lighthouse", ...body }, headers));
  const { id, error } = (await answer.json()) as { id: string; error?: unknown };
  if (answer.status !== 200) throw new Error(JSON.stringify(error));
  return id;
}
const end = async (id: string, as = key): Promise<Answer> => (await stage.end(id, as)) as Answer;
const charged = () => stage.paidCalls().reduce((sum, { images }) => sum + images, 0);

describe("a task with a key", () => {
  it("a single model makes each image with a call of its own, and no image has the cloud's mark", async () => {
    const view = await end(await submitted({ model: "seedream-5.0-flash", n: 3 }));
    expect(view).toMatchObject({ status: "completed", partial: false, model: "seedream-5.0-flash" });
    expect(view.data).toHaveLength(3);
    expect(stage.paidCalls().map(({ images, watermarked }) => [images, watermarked])).toEqual([
      [1, false],
      [1, false],
      [1, false],
    ]);
  });

  it("a group model makes all images with one streamed call", async () => {
    const view = await end(await submitted({ model: "seedream-4.5", n: 4 }));
    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.data).toHaveLength(4);
    expect(stage.paidCalls()).toMatchObject([{ images: 4, model: "seedream-4-5-251128" }]);
  });

  // An eviction waits for timers of the object: here, for that of the call's time limit, which is 300 seconds.
  it("nothing keeps the object of a call awake once the call was answered", { timeout: 20_000 }, async () => {
    await end(await submitted({ model: "seedream-5.0-flash" }));
    const [object] = paidCallObjects();
    if (object === undefined) throw new Error("there is no object of the call");
    await evictDurableObject(object);
  });

  it("the images are stored in the size that was asked for, and links work without the cloud", async () => {
    const view = await end(await submitted({ model: "seedream-5.5", size: "1500x1000" }));
    expect(view.data).toMatchObject([{ width: 1500, height: 1000, content_type: "image/png" }]);
    const image = await call(new URL(view.data?.[0]?.url ?? "").pathname);
    expect(image.status).toBe(200);
  });

  it("the mark of the cloud is there when it is asked for", async () => {
    await end(await submitted({ model: "seedream-5.0-flash", watermark: true }));
    expect(stage.paidCalls()).toMatchObject([{ watermarked: true }]);
  });

  it.each([
    ["ark:stream-broken", "completed", "outcome_unknown", 1],
    ["ark:stream-error", "completed", undefined, 1],
    ["ark:partial-group", "completed", undefined, 3],
    ["ark:no-completed", "completed", undefined, 4],
  ])("a group of four that ends early keeps what arrived (%s)", async (prompt, status, reason, images) => {
    const view = await end(await submitted({ model: "seedream-4.5", n: 4, prompt }));
    expect(view).toMatchObject({ status, partial: images < 4 });
    expect(view.data).toHaveLength(images);
    if (reason !== undefined) expect(view.partial_code).toBe(reason);
    if (images < 4) expect(view.partial_reason).toMatch(/\.$/);
    expect(stage.calls("arkGenerate")).toBe(1);
  });

  it("images of a stream whose report did not arrive are reported again before the end of their call", async () => {
    const id = await submitted({ model: "seedream-4.5", n: 4 });
    vi.spyOn(Coordinator.prototype, "report").mockRejectedValueOnce(new Error("unreachable"));
    const view = await end(id);
    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(view.data).toHaveLength(4);
    expect(stage.calls("arkGenerate")).toBe(1);
  });

  it("a call whose object starts long after it was handed out is not sent, and comes again as another attempt", async () => {
    const id = await submitted({ model: "seedream-5.0-flash" });
    await stage.queue.deliver();
    // The process is stopped between the start of the object and its alarm.
    stage.advance(60);
    expect(await end(id)).toMatchObject({ status: "completed" });
    expect(stage.calls("arkGenerate")).toBe(1);
    expect(stage.paidCalls()[0]?.clientRequestId).toMatch(/-0-2$/);
  });

  it("an idempotency key names the same task after an unknown outcome, and nothing is sent again", async () => {
    const headers = { "Idempotency-Key": "once" };
    const body = { prompt: "ark:drop-after", model: "seedream-5.0-flash" };
    const id = await submitted(body, key, headers);
    expect(await end(id)).toMatchObject({ status: "failed", error_code: "outcome_unknown" });
    expect(await submitted(body, key, headers)).toBe(id);
    expect(charged()).toBe(1);
  });

  it("at most as many calls of a key are handed out as ARK_CONCURRENCY says, over all its tasks", async () => {
    await submitted({ model: "seedream-5.0-flash", n: 6 });
    await submitted({ model: "seedream-5.0-flash", n: 6, prompt: "another" });
    const [coordinator] = coordinators();
    const orders = (await coordinator?.begin({ calls: 45 })) ?? [];
    const calls = orders.flatMap((order) => (order.kind === "generate" ? [order.calls.length] : []));
    // Eight by default; each task that has its slot may use it.
    expect(calls).toEqual([6, 2]);
    expect((await coordinator?.begin({ calls: 45 })) ?? []).toEqual([]);
  });
});

describe("reference images with a key", () => {
  const png = Uint8Array.from(atob(smallPng()), (letter) => letter.charCodeAt(0));

  it("they are sent with the call, in their order, and deleted at the end", async () => {
    const form = new FormData();
    form.set("prompt", "with references");
    form.set("model", "seedream-5.0-flash");
    for (const name of ["a", "b"]) form.append("image[]", new Blob([png], { type: "image/png" }), `${name}.png`);
    const headers = { authorization: `Bearer ${key}` };
    const answer = await call("/v1/images/edits", { method: "POST", headers, body: form });
    const { id } = (await answer.json()) as { id: string };
    expect(await end(id)).toMatchObject({ status: "completed" });
    expect(stage.paidCalls()[0]?.inputs).toHaveLength(2);
    expect((await env.INPUTS.list()).objects).toEqual([]);
  });
});

/** A PNG of 64 × 64 pixels, as base64. */
function smallPng(): string {
  return "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBgtxIzAAGxzFjUAAAAAElFTkSuQmCC";
}
