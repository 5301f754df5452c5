/** An equal request within seconds, of a caller who marks nothing, joins the task of the one before. */
import { beforeEach, describe, expect, it } from "vitest";
import { addressesFetched, anImage, base64Of, serve, stagedKeys } from "#test/workers/support/compositions.ts";
import { aPool } from "#test/workers/support/pool.ts";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";
import { type Images, startWaiting } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

/** The setting as an operator leaves it. */
const usual = { JOIN_WINDOW_SECONDS: "" };
const usualSeconds = 5;
const editsPath = "/v1/images/edits";
const aReference = (seed = 1) => `data:image/png;base64,${base64Of(anImage(500, seed))}`;

type Sent = { path?: string; session?: string; headers?: Record<string, string>; bindings?: object };

const send = (body: object = {}, { path = submitPath, session = stage.session, headers, bindings }: Sent = {}) =>
  call(path, submitInit(session, aBody(body), headers), { ...usual, ...bindings });

async function idOf(answer: Promise<Response>): Promise<string> {
  const told = (await (await answer).json()) as { id: string };
  return told.id;
}

describe("an equal request within seconds", () => {
  it("an equal request joins the task, and is told so and how to get another", async () => {
    const id = await idOf(send());
    stage.advance(usualSeconds);
    const answer = await send();

    expect(answer.status).toBe(200);
    expect(answer.headers.get("idempotent-replayed")).toBe("true");
    expect(await answer.json()).toMatchObject({ id, message: expect.stringContaining("Idempotency-Key") });
    expect(stage.created()).toEqual([id]);
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("the first of equal requests is not told that it was sent before", async () => {
    const answer = await send();

    expect(answer.headers.get("idempotent-replayed")).toBeNull();
    expect(((await answer.json()) as { message: string }).message).not.toContain("Idempotency-Key");
  });

  it("equal requests at the very same time make one task", async () => {
    const ids = await Promise.all([idOf(send()), idOf(send()), idOf(send())]);

    expect(new Set(ids).size).toBe(1);
    expect(stage.created()).toEqual(ids.slice(0, 1));
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("an equal request after the window makes another task, which later ones join", async () => {
    const id = await idOf(send());
    stage.advance(usualSeconds + 1);
    const later = await idOf(send());

    expect(later).not.toBe(id);
    expect(await idOf(send())).toBe(later);
  });

  it("callers who wait join, and both get the images of one task", async () => {
    const init = submitInit(stage.session, aBody(), { prefer: "wait" });
    const { id, answer } = await startWaiting(stage, submitPath, init, usual);
    const second = call(submitPath, init, usual);
    await stage.end(id);

    const [one, other] = await Promise.all([answer, second]);
    expect(other.headers.get("idempotent-replayed")).toBe("true");
    expect((await one.json()) as Images).toEqual(await other.json());
    expect(stage.jobs()).toHaveLength(1);
  });

  it("an equal request joins a task that failed, so that its failure is not paid for again", async () => {
    const body = { prompt: "sim:ret-2038" };
    const id = await idOf(send(body));
    await stage.end(id);
    const answer = await call(submitPath, submitInit(stage.session, aBody(body), { prefer: "wait" }), {
      JOIN_WINDOW_SECONDS: "300",
    });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "prompt_moderated", task_id: id } });
  });

  it("an equal edit joins: its images are neither fetched again nor kept twice", async () => {
    const image = "https://pics.example.com/a.png";
    serve(stage, { [image]: anImage() });
    const body = { images: [image, aReference()] };
    const id = await idOf(send(body, { path: editsPath }));
    const kept = await stagedKeys();

    expect(await idOf(send(body, { path: editsPath }))).toBe(id);
    expect(await stagedKeys()).toEqual(kept);
    expect(addressesFetched(stage).filter((address) => address === image)).toHaveLength(1);
  });
});

describe("another request", () => {
  it.each([
    ["a word of its own", {}, { headers: { "idempotency-key": "another" } }],
    ["a first try, by its client's count", {}, { headers: { "x-stainless-retry-count": "0" } }],
    ["another prompt", { prompt: "a harbour" }, {}],
    ["another number", { n: 2 }, {}],
    ["a seed", { seed: 7 }, {}],
    ["the window switched off", {}, { bindings: { JOIN_WINDOW_SECONDS: "0" } }],
  ] as [string, object, Sent][])("a request is another by %s", async (_what, body, sent) => {
    const id = await idOf(send());
    const answer = await send(body, sent);

    expect(answer.headers.get("idempotent-replayed")).toBeNull();
    expect(await answer.json()).not.toMatchObject({ id });
  });

  it.each([
    ["ai/6.0.33 ai-sdk/openai-compatible/2.0.3 ai-sdk/provider-utils/4.0.4 runtime/node.js/24", false],
    ["ai-sdk/provider-utils/3.0.1 runtime/browser", false],
    ["openai-gateway/1.0", true],
    ["email/1.0 (ai)", true],
    ["node", true],
  ])("equal requests of a client that is known to mean each are others: %s", async (agent, joins) => {
    const headers = { "user-agent": agent };
    const ids = await Promise.all([1, 2, 3].map(() => idOf(send({}, { headers }))));
    expect(new Set(ids).size).toBe(joins ? 1 : 3);
  });

  it("a request of other sessions is another", async () => {
    const id = await idOf(send());
    expect(await idOf(send({}, { session: aSession() }))).not.toBe(id);
  });

  it("a request with another API key of the same pool is another", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const id = await idOf(send({}, { session: keys[0], bindings }));

    expect(await idOf(send({}, { session: keys[1], bindings }))).not.toBe(id);
    expect(await idOf(send({}, { session: keys[0], bindings }))).toBe(id);
  });

  it("an edit of another image is another", async () => {
    const id = await idOf(send({ image: aReference(1) }, { path: editsPath }));
    expect(await idOf(send({ image: aReference(2) }, { path: editsPath }))).not.toBe(id);
  });

  it("the same request after its task was cancelled is another", async () => {
    const id = await idOf(send());
    const headers = { authorization: `Bearer ${stage.session}` };
    await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers });

    expect(await idOf(send())).not.toBe(id);
  });
});
