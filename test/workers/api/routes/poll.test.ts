import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { taskKey } from "#shared/task/records.ts";
import {
  aBody,
  aSession,
  call,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const unreachable = { getByName: () => ({ view: () => Promise.reject(new Error("Network connection lost.")) }) };

const pollWith = (id: string, authorization: string, bindings = {}) =>
  call(`/v1/images/tasks/${id}`, { headers: { authorization } }, bindings);

async function submitAs(authorization: string): Promise<string> {
  const answer = await call(submitPath, submitInit(authorization, aBody()));
  return ((await answer.json()) as { id: string }).id;
}

describe("a poll", () => {
  it("a poll of a new task answers pending", async () => {
    const id = await stage.task();

    const answer = await stage.poll(id);

    expect(answer.status).toBe(200);
    const now = Math.floor(Date.now() / 1000);
    expect(await answer.json()).toEqual({
      taskId: id,
      task_id: id,
      id,
      object: "image.generation.task",
      status: "pending",
      progress: 0,
      createdAt: now,
      created_at: now,
      updated_at: now,
      submit_id: expect.any(String),
      model: "dreamina-4.5",
      request: { ...aBody(), model: "dreamina-4.5" },
      seed: expect.any(Number),
      input_images: 0,
      expires_at: now + 30 * 24 * 60 * 60,
      partial: false,
    });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  it("a poll of a running task answers processing, with progress and the time it will take", async () => {
    const id = await stage.task();
    await stage.queue.deliver();
    stage.advance(5);

    const view = await stage.view(id);

    expect(view).toMatchObject({ status: "processing", progress: expect.any(Number), eta_seconds: 18 });
    expect(view.progress).toBeGreaterThan(0);
    expect(view.progress).toBeLessThan(100);
    expect(Object.keys(view)).not.toContain("data");
    expect(Object.keys(view)).not.toContain("error");
  });

  it("the progress in polls never falls, and is 100 only at the end", async () => {
    const id = await stage.task({ n: 4 });
    const seen: number[] = [];
    let status = "pending";
    while (status === "pending" || status === "processing") {
      const view = await stage.view(id);
      seen.push(view.progress);
      status = view.status;
      if (status === "processing") expect(view.progress).toBeLessThan(100);
      await stage.move();
    }

    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(100);
    expect(status).toBe("completed");
  });

  it("a poll shows images while the task still runs, with links that already work", async () => {
    const id = await stage.task({ n: 4 });
    let view = await stage.view(id);
    for (let moves = 0; moves < 20 && view.images === undefined; moves += 1) {
      await stage.move();
      view = await stage.view(id);
    }

    expect(view.status).toBe("processing");
    expect(view.images?.length).toBeGreaterThan(0);
    for (const link of view.images ?? []) expect((await call(link)).status).toBe(200);
  });

  it("a poll of a completed task has the images in all their forms", async () => {
    const id = await stage.task({ n: 2 });
    await stage.end(id);

    const answer = await stage.poll(id);
    const view = (await answer.json()) as Record<string, unknown>;

    const links = [0, 1].map((index) => `https://api.test/images/${id}/${index}.png`);
    expect(view).toMatchObject({
      status: "completed",
      progress: 100,
      images: links,
      partial: false,
      completed_at: expect.any(Number),
      data: links.map((url) => ({ url, width: 1024, height: 1024, content_type: "image/png" })),
      result: { created: view.completed_at, data: links.map((url) => ({ url })) },
    });
    expect(answer.headers.get("retry-after")).toBeNull();
  });

  it("a poll of a failed task answers 200 with the reason", async () => {
    const id = await stage.task({ prompt: "sim:input-moderated" });
    await stage.end(id);

    const answer = await stage.poll(id);

    expect(answer.status).toBe(200);
    const view = (await answer.json()) as Record<string, unknown>;
    expect(view).toMatchObject({
      status: "failed",
      error: expect.any(String),
      error_code: "prompt_moderated",
      error_info: {
        code: "prompt_moderated",
        message: view.error,
        hint: expect.any(String),
        retryable: false,
        upstream: { ret: "2038" },
      },
    });
    for (const absent of ["data", "result", "images", "completed_at"]) expect(Object.keys(view)).not.toContain(absent);
  });

  it("a poll makes links at the address of the public bucket when there is one", async () => {
    const id = await stage.task();
    await stage.end(id);

    const answer = await pollWith(id, stage.session, { PUBLIC_IMAGE_BASE_URL: "https://pics.example/" });

    expect(await answer.json()).toMatchObject({ images: [`https://pics.example/${id}/0`] });
  });
});

describe("who sees a task", () => {
  it("a task is shown to a caller who shares one session with it, while it runs and after", async () => {
    const [shared, other, third] = [aSession(), aSession(), aSession()];
    const id = await submitAs(`${shared},${other}`);

    const live = await pollWith(id, `Bearer ${shared},${third}`);
    await stage.end(id, `${other},${shared}`);
    const final = await pollWith(id, shared);

    expect(await live.json()).toMatchObject({ id, status: "pending" });
    expect(live.headers.get("retry-after")).not.toBeNull();
    expect(await final.json()).toMatchObject({ id, status: "completed" });
  });

  it("a caller who shares one session sees changes since the record was written", async () => {
    const [shared, other] = [aSession(), aSession()];
    const id = await submitAs(`${shared},${other}`);
    await stage.queue.deliver();

    expect(await (await pollWith(id, shared)).json()).toMatchObject({ status: "processing" });
  });

  it("a task is as unknown to a stranger as an id that never was", async () => {
    const id = await stage.task();
    const stranger = aSession();
    const before = (await storing()).length;

    const answers = [
      await stage.poll(id, stranger),
      await stage.poll(`imgtask_${"x".repeat(21)}`, stranger),
      await stage.poll(`imgtask_${"x".repeat(21)}`),
      await stage.poll("imgtask_short", stranger),
      await stage.poll("12345", stranger),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ error: { code: "not_found" } });
    expect(answers.map(({ headers }) => headers.get("x-should-retry"))).toEqual(Array(5).fill("false"));
    expect((await storing()).length).toBe(before);
  });

  it("a completed task is unknown to a stranger, too", async () => {
    const id = await stage.task();
    await stage.end(id);

    expect((await stage.poll(id, aSession())).status).toBe(404);
  });
});

describe("a coordinator that cannot answer", () => {
  it("the pending record answers while the coordinator cannot, and says when to ask again", async () => {
    const id = await stage.task();

    const answer = await pollWith(id, stage.session, { COORDINATOR: unreachable });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id, status: "pending" });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  });

  it("the final record answers while the coordinator cannot", async () => {
    const id = await stage.task();
    await stage.end(id);

    const answer = await pollWith(id, stage.session, { COORDINATOR: unreachable });

    expect(await answer.json()).toMatchObject({ id, status: "completed", progress: 100 });
  });

  it("a stranger gets 404 while the coordinator cannot answer", async () => {
    const id = await stage.task();

    expect((await pollWith(id, aSession(), { COORDINATOR: unreachable })).status).toBe(404);
  });

  it("a task without a record is not called unknown while the coordinator cannot answer", async () => {
    const kv = Object.getPrototypeOf(env.TASKS) as KVNamespace;
    vi.spyOn(kv, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));
    const id = await stage.task();

    const answer = await pollWith(id, stage.session, { COORDINATOR: unreachable });

    expect(answer.status).toBeGreaterThanOrEqual(500);
  });
});

it("a task is found in its record long after the coordinator forgot it", async () => {
  const id = await stage.task();
  await stage.end(id);
  for (let moves = 0; moves < 10 && (await storing()).length > 0; moves += 1) {
    await stage.move();
    stage.advance(1);
  }
  expect(await storing()).toEqual([]);

  expect(await stage.view(id)).toMatchObject({ status: "completed", images: [expect.any(String)] });
});

it("a record of a later version with an unknown error code still reads", async () => {
  const id = await stage.task({ prompt: "sim:input-moderated" });
  await stage.end(id);
  const record = await env.TASKS.get<{ error: object }>(taskKey(id), "json");
  const later = { ...record, error: { ...record?.error, code: "invented_later" }, extra: 1 };
  await env.TASKS.put(taskKey(id), JSON.stringify(later));

  const answer = await pollWith(id, stage.session, { COORDINATOR: unreachable });

  expect(await answer.json()).toMatchObject({ status: "failed", error_code: "internal" });
});
