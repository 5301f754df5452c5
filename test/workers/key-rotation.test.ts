/** A new SECRET_KEY beside the previous one: live tasks end, old ones stay readable, and only to their callers. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import consumer from "#consumer/index.ts";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath, type View } from "./support/stage.ts";

const newKey = "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8";
const during = { SECRET_KEY: newKey, PREVIOUS_SECRET_KEY: env.SECRET_KEY };
const after = { SECRET_KEY: newKey };

type Kept = { request?: { prompt: string } };

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const poll = (id: string, bindings: object, session = stage.session) =>
  call(`/v1/images/tasks/${id}`, { headers: { authorization: session } }, bindings);

const submitWith = async (bindings: object): Promise<string> => {
  const answer = await call(submitPath, submitInit(stage.session, aBody()), bindings);
  return ((await answer.json()) as { id: string }).id;
};

/** Runs the task to its end, with a consumer that has these keys. */
async function playWith(bindings: object, id: string): Promise<void> {
  const { queue } = consumer;
  const isUnderWay = async () => !/completed|failed/.test(((await (await poll(id, bindings)).json()) as View).status);
  consumer.queue = (batch, given) => queue(batch, { ...given, ...bindings });
  try {
    while ((await isUnderWay()) && (await stage.move()));
  } finally {
    consumer.queue = queue;
  }
}

describe("while the previous key is known", () => {
  it("a task submitted under the previous key continues to its end and can be read by its caller", async () => {
    const id = await stage.task();

    await playWith(during, id);

    expect((await (await poll(id, during)).json()) as View).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a task submitted under the previous key is hidden from others and can be cancelled by its caller", async () => {
    const id = await stage.task();

    expect((await poll(id, during, aSession())).status).toBe(404);
    const answer = await call(
      `/v1/images/tasks/${id}/cancel`,
      { method: "POST", headers: { authorization: stage.session } },
      during,
    );
    expect(await answer.json()).toMatchObject({ cancel: "done" });
  });

  it("the requests of tasks of either key are shown to their caller", async () => {
    const ids = [await stage.task({ prompt: "a fox" }), await submitWith(during)];

    const prompts = ids.map(async (id) => ((await (await poll(id, during)).json()) as Kept).request?.prompt);
    expect(await Promise.all(prompts)).toEqual(["a fox", "a lighthouse"]);
    expect(((await (await poll(ids[1] ?? "", after)).json()) as Kept).request?.prompt).toBe("a lighthouse");
  });

  it("a new task does not need the previous key", async () => {
    const id = await submitWith(during);

    await playWith(after, id);

    expect(await (await poll(id, after)).json()).toMatchObject({ status: "completed" });
    const list = await call("/v1/images/tasks", { headers: { authorization: stage.session } }, after);
    expect(((await list.json()) as { data: { id: string }[] }).data.map((task) => task.id)).toEqual([id]);
  });
});

it("a task of the previous key is unknown once that key is removed", async () => {
  const id = await stage.task();
  await stage.end(id);

  expect((await poll(id, after)).status).toBe(404);
});
