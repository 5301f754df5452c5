/** `stream: true`: images as OpenAI's server-sent events. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/index.ts";
import { anImage, base64Of } from "#test/workers/support/compositions.ts";
import { type Reading, readEvents } from "#test/workers/support/sse.ts";
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
import {
  closeStream,
  decoded,
  longStepSeconds,
  skipPauses,
  startWaiting,
  storedImages,
  timePasses,
  until,
} from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
  skipPauses();
});

const unsaid = { prefer: "none" };
const editsPath = "/v1/images/edits";

/** The stream has begun, its task is under way. */
async function stream(body: object = {}, { path = submitPath, headers = unsaid as Record<string, string> } = {}) {
  const init = submitInit(stage.session, aBody({ stream: true, ...body }), headers);
  const { id, answer } = await startWaiting(stage, path, init);
  const begun = await answer;
  return { id, answer: begun, reading: readEvents(begun) };
}

/** The whole stream, and the task at its end. */
async function streamed(...given: Parameters<typeof stream>) {
  const { id, answer, reading } = await stream(...given);
  const view = await stage.end(id);
  await reading.ended;
  return { id, answer, reading, view };
}

type Data = Record<string, unknown> & { b64_json: string };

const dataOf = ({ events }: Reading): Data[] => events.map(({ data }) => JSON.parse(data) as Data);
const namesOf = ({ events }: Reading): (string | null)[] => events.map(({ event }) => event);
const imagesOf = (reading: Reading) => dataOf(reading).map(({ b64_json }) => decoded(b64_json));

const completed = "image_generation.completed";
const partial = "image_generation.partial_image";
const noTokens = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
};

describe("a stream", () => {
  it("a stream begins at once, long before there is an image", async () => {
    const { id, answer, reading } = await stream();
    await until(() => reading.comments.length > 0, "the first sign of life");

    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": expect.stringMatching(/^text\/event-stream\b/),
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      vary: expect.stringMatching(/\bPrefer\b/),
      "x-request-id": expect.any(String),
    });
    expect(reading.events).toEqual([]);
    await stage.end(id);
    await reading.ended;
  });

  it("a stream has one event for each image, with its bytes, in OpenAI's format", async () => {
    const { id, reading } = await streamed({ n: 2 });
    const { completed_at } = (await (await stage.poll(id)).json()) as { completed_at: number };

    expect(namesOf(reading)).toEqual([completed, completed]);
    expect(reading.events.map((event) => event.id)).toEqual([null, null]);
    for (const data of dataOf(reading)) {
      expect(data).toEqual({
        type: completed,
        size: "1024x1024",
        quality: "auto",
        background: "auto",
        output_format: "png",
        created_at: completed_at,
        usage: noTokens,
        b64_json: expect.any(String),
      });
    }
    expect(imagesOf(reading)).toEqual(await storedImages(id, 2));
  });

  it.each([
    ["edits", editsPath, { image: `data:image/png;base64,${base64Of(anImage())}` }],
    ["compositions", "/v1/images/compositions", { images: [`data:image/png;base64,${base64Of(anImage())}`] }],
  ])("a stream of %s names its events image_edit", async (_what, path, fields) => {
    const { id, reading } = await streamed({ ...fields, n: 2, partial_images: 1 }, { path });

    expect(namesOf(reading)).toEqual(["image_edit.partial_image", "image_edit.completed", "image_edit.completed"]);
    expect(dataOf(reading).map(({ type }) => type)).toEqual(namesOf(reading));
    expect(imagesOf(reading).slice(1)).toEqual(await storedImages(id, 2));
  });

  it("a stream of an edit sent as a form reads its fields from texts", async () => {
    const form = new FormData();
    for (const [name, text] of Object.entries({ prompt: "make it night", n: "1", size: "1024x1024", stream: "true" })) {
      form.set(name, text);
    }
    form.append("image", new File([anImage()], "a.png", { type: "image/png" }));
    const init = { method: "POST", headers: { authorization: stage.session, ...unsaid }, body: form };
    const { id, answer } = await startWaiting(stage, editsPath, init);
    const reading = readEvents(await answer);
    await stage.end(id);
    await reading.ended;

    expect(namesOf(reading)).toEqual(["image_edit.completed"]);
  });

  it.each([
    ["fewer than were made", { model: "dreamina-3.0", n: 2 }, 2],
    ["all there are, when no number was said", { n: null }, 4],
    ["those there are, when fewer were made", { prompt: "sim:partial", n: 4 }, 3],
  ])("a stream has as many images as were asked for and made: %s", async (_what, body, count) => {
    expect(namesOf((await streamed(body)).reading)).toEqual(Array(count).fill(completed));
  });

  it.each(["url", "b64_json"])("a stream carries bytes whatever response_format says: %s", async (response_format) => {
    const { reading } = await streamed({ response_format });
    expect(dataOf(reading)).toMatchObject([{ b64_json: expect.stringMatching(/^[A-Za-z0-9+/]{100,}=*$/) }]);
  });

  it("a stream of a finished task has its images at once", async () => {
    const key = { ...unsaid, "idempotency-key": "done" };
    const { id } = await streamed({ n: 2 }, { headers: key });
    const answer = await call(submitPath, submitInit(stage.session, aBody({ stream: true, n: 2 }), key));
    const again = readEvents(answer);
    await again.ended;

    expect(imagesOf(again)).toEqual(await storedImages(id, 2));
    expect(stage.jobs()).toHaveLength(1);
  });
});

describe("partial images", () => {
  it.each([
    [undefined, 0],
    [null, 0],
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ])("partial_images %j sends %i partial images, and then the finished ones", async (partial_images, sent) => {
    const { reading } = await streamed({ n: 4, ...(partial_images !== undefined && { partial_images }) });

    expect(namesOf(reading)).toEqual([...Array(sent).fill(partial), ...Array(4).fill(completed)]);
  });

  it("partial images are sent as soon as they are stored, numbered from 0, while the task still runs", async () => {
    const { id, reading } = await stream({ n: 4, partial_images: 2 });
    for (let moves = 0; moves < 40 && reading.events.length === 0; moves += 1) {
      await stage.move();
      const stored = (await stage.view(id)).images?.length ?? 0;
      if (stored > 0) await until(() => reading.events.length > 0, "the first image");
    }
    expect(await stage.view(id)).toMatchObject({ status: "processing" });
    expect(namesOf(reading)[0]).toBe(partial);
    await stage.end(id);
    await reading.ended;

    const partials = dataOf(reading).filter(({ type }) => type === partial);
    expect(partials.map((data) => data.partial_image_index)).toEqual([0, 1]);
    for (const data of partials) {
      expect(Object.keys(data).toSorted()).toEqual([
        "b64_json",
        "background",
        "created_at",
        "output_format",
        "partial_image_index",
        "quality",
        "size",
        "type",
      ]);
      expect(data).toMatchObject({ created_at: expect.any(Number), size: "1024x1024", output_format: "png" });
    }
    const whole = await storedImages(id, 4);
    expect(imagesOf(reading)).toEqual([...whole.slice(0, 2), ...whole]);
  });

  it("partial images are never more than the images that were asked for", async () => {
    const { reading } = await streamed({ model: "dreamina-3.0", n: 1, partial_images: 3 });

    expect(namesOf(reading).filter((name) => name === completed)).toHaveLength(1);
    expect(namesOf(reading).filter((name) => name === partial).length).toBeLessThanOrEqual(1);
  });

  it.each([-1, 4, 1.5, "two"])(
    "partial_images out of range is refused before anything is spent: %j",
    async (partial_images) => {
      const body = aBody({ stream: true, partial_images });
      const answer = await call(submitPath, submitInit(stage.session, body, unsaid));

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param: "partial_images" } });
      expect(await storing()).toEqual([]);
    },
  );
});

describe("a stream without images", () => {
  it.each([
    ["sim:input-moderated", "prompt_moderated", false],
    ["sim:failed", "upstream_failed", true],
  ])("a stream of a task that fails ends with an error, as one event: %s", async (prompt, code, retryable) => {
    const { id, answer, reading, view } = await streamed({ prompt });

    expect(answer.status).toBe(200);
    expect(namesOf(reading)).toEqual(["error"]);
    expect(dataOf(reading)).toEqual([
      {
        error: {
          message: view.error,
          type: expect.any(String),
          param: null,
          code,
          hint: expect.any(String),
          retryable,
          docs: `/docs#errors-${code}`,
          task_id: id,
        },
      },
    ]);
  });

  it("a stream that fails shows only partial images, and none as completed", async () => {
    const { reading, view } = await streamed({ prompt: "sim:output-moderated", n: 4, partial_images: 3 });

    expect(view.status).toBe("failed");
    expect(namesOf(reading).at(-1)).toBe("error");
    expect(namesOf(reading)).not.toContain(completed);
  });

  it("the error of a stream is in the caller's language", async () => {
    const headers = { ...unsaid, "accept-language": "zh" };
    const { reading } = await streamed({ prompt: "sim:failed" }, { headers });
    expect(reading.events[0]?.data).toMatch(/[\u4e00-\u9fff]/);
  });

  it("a stream whose time is up says where the images will be and that it must not be repeated", async () => {
    const { id, reading } = await stream({}, { headers: { prefer: "wait=20" } });
    const startedAt = Date.now();
    await timePasses(stage, reading.isOver, "the time is up", longStepSeconds);
    await reading.ended;

    expect((Date.now() - startedAt) / 1000).toBeGreaterThanOrEqual(19);
    expect((Date.now() - startedAt) / 1000).toBeLessThan(40);
    expect(namesOf(reading)).toEqual(["error"]);
    expect(dataOf(reading)).toMatchObject([
      {
        error: {
          code: "timeout",
          message: expect.stringContaining(`/v1/images/tasks/${id}`),
          retryable: false,
          task_id: id,
        },
      },
    ]);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a stream without a time waits ten minutes", async () => {
    const { reading } = await stream({ prompt: "sim:stuck" });
    const startedAt = Date.now();
    await timePasses(stage, reading.isOver, "the time is up", longStepSeconds);
    await reading.ended;

    expect((Date.now() - startedAt) / 1000).toBeGreaterThanOrEqual(599);
    expect((Date.now() - startedAt) / 1000).toBeLessThan(630);
  });

  it.each([
    [{ prompt: "" }, 400, "prompt"],
    [{ ratio: "5:4" }, 400, "ratio"],
    [{ stream: "yes" }, 400, "stream"],
  ])("a stream request that is refused is answered with JSON: %j", async (change, status, param) => {
    const answer = await call(submitPath, submitInit(stage.session, aBody({ stream: true, ...change }), unsaid));

    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({ error: { param } });
  });

  it("the error of a stream never names the session", async () => {
    const session = aSession("expired");
    const { id, answer } = await startWaiting(stage, submitPath, submitInit(session, aBody({ stream: true }), unsaid));
    const reading = readEvents(await answer);
    await stage.end(id, session);
    await reading.ended;

    expect(dataOf(reading)).toMatchObject([{ error: { code: "session_expired" } }]);
    expect(reading.text()).not.toContain(session.slice(3));
  });
});

describe("while there is nothing to tell", () => {
  it("a comment is sent every fifteen seconds while there is nothing to tell", async () => {
    const { id, reading } = await stream({ prompt: "sim:slow" });
    await until(() => reading.comments.length > 0, "the first sign of life");
    for (let comments = 0; comments < 4; comments += 1) {
      const from = { at: Date.now(), comments: reading.comments.length };
      await timePasses(stage, () => reading.comments.length > from.comments, "a comment");
      expect((Date.now() - from.at) / 1000).toBeLessThan(20);
    }
    expect(reading.events).toEqual([]);
    await stage.end(id);
    await reading.ended;
  });

  it("a coordinator that fails is asked again, and the images come", async () => {
    const { id, reading } = await stream();
    const next = vi.spyOn(Coordinator.prototype, "next");
    next.mockRejectedValueOnce(new Error("Network connection lost."));
    const view = await stage.end(id);
    await reading.ended;

    expect(view.status).toBe("completed");
    expect(namesOf(reading)).toEqual([completed]);
  });
});

describe("a caller who goes away", () => {
  it("a stream closed by its caller stops waiting; the task completes and is paid once", async () => {
    const { id, reading } = await stream({ prompt: "sim:slow" });
    await stage.queue.deliver();
    const next = vi.spyOn(Coordinator.prototype, "next");
    await closeStream(stage, reading);
    const asked = next.mock.calls.length;

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(next.mock.calls.length).toBe(asked);
    expect(stage.jobs()).toMatchObject([{ charged: 1, refunded: 0 }]);
  });

  it("a stream closed by its caller in the middle of an image leaves the rest unread", async () => {
    const key = { ...unsaid, "idempotency-key": "done" };
    await streamed({ n: 2 }, { headers: key });
    const answer = await call(submitPath, submitInit(stage.session, aBody({ stream: true, n: 2 }), key));
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    await reader.read();
    await reader.cancel();

    expect(first).toMatch(/^: accepted\n/);
    expect((await reader.read()).done).toBe(true);
  });
});
