/** Tasks found again by the ids under which the upstream knows them. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { taskKey } from "#shared/task/records.ts";
import { aPool } from "#test/workers/support/pool.ts";
import {
  aBody,
  aSession,
  call,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
  tablesOf,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const historyPath = "/v1/images/history";

type Task = { id: string; submit_id: string };
type History = { created: number; data: (Task & { status: string })[] };

const ask = (body: unknown, authorization = stage.session) => call(historyPath, submitInit(authorization, body));

async function find(submit_ids: string[], authorization = stage.session): Promise<History> {
  const answer = await ask({ submit_ids }, authorization);
  expect(answer.status).toBe(200);
  return answer.json();
}

async function submitAs(authorization: string): Promise<Task> {
  return (await call(submitPath, submitInit(authorization, aBody()))).json();
}

const unknown = "f4d70bb5-5184-4025-89c0-c18db7977135";

async function forgotten(): Promise<void> {
  for (let moves = 0; moves < 20; moves += 1) {
    const tables = await Promise.all((await storing()).map(tablesOf));
    if (tables.every((one) => one.tasks?.length === 0)) return;
    if (!(await stage.move())) break;
  }
  throw new Error("tasks are remembered for ever");
}

describe("history", () => {
  it("history has the tasks in the order of the request, each as a poll shows it, and the time", async () => {
    const tasks = [await submitAs(stage.session), await submitAs(stage.session), await submitAs(stage.session)];
    await stage.end(tasks[1]?.id ?? "");
    const asked = [1, 2, 0].map((place) => tasks[place] as Task);
    const answer = await ask({ submit_ids: asked.map(({ submit_id }) => submit_id) });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      created: Math.floor(Date.now() / 1000),
      data: await Promise.all(asked.map(({ id }) => stage.view(id))),
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("history leaves out unknown ids", async () => {
    const { id, submit_id } = await submitAs(stage.session);

    expect(await find([unknown, submit_id, "", "not an id at all"])).toMatchObject({ data: [{ id, submit_id }] });
    expect(await find([unknown])).toMatchObject({ data: [] });
  });

  it("history takes a hundred ids at once", async () => {
    const { id, submit_id } = await submitAs(stage.session);
    const ids = [...Array.from({ length: 99 }, (_, number) => `${unknown}-${number}`), submit_id];

    expect(await find(ids)).toMatchObject({ data: [{ id }] });
  });

  it("history shows a task as a poll does at every moment of its life", async () => {
    const { id, submit_id } = await submitAs(stage.session);
    const seen = new Set<string>();
    for (let moves = 0; moves < 60; moves += 1) {
      const view = await stage.view(id);
      expect((await find([submit_id])).data).toEqual([view]);
      seen.add(view.status);
      if (view.status === "completed") break;
      await stage.move();
    }
    expect([...seen]).toEqual(["pending", "processing", "completed"]);
  });

  it("history shows tasks that only have a record left, until the record expires", async () => {
    const { id, submit_id } = await submitAs(stage.session);
    const view = await stage.end(id);
    await forgotten();
    expect((await find([submit_id])).data).toEqual([view]);

    for (let moves = 0; moves < 10 && (await storing()).length > 0; moves += 1) await stage.move();
    expect((await find([submit_id])).data).toEqual([]);
    expect(await storing()).toEqual([]);
  });

  it("history leaves out a task whose record is gone as well", async () => {
    const { id, submit_id } = await submitAs(stage.session);
    await stage.end(id);
    await forgotten();
    await env.TASKS.delete(taskKey(id));

    expect((await find([submit_id])).data).toEqual([]);
  });

  it("history shows a task only to a caller with the same set of sessions, not to one who shares one", async () => {
    const [shared, other] = [aSession(), aSession()];
    const { id, submit_id } = await submitAs(`${shared},${other}`);

    expect(await find([submit_id], `${other},${shared}`)).toMatchObject({ data: [{ id }] });
    for (const stranger of [shared, other, aSession()]) expect((await find([submit_id], stranger)).data).toEqual([]);
  });

  it("history shows tasks of an API key neither to another key of the pool nor to the pool's sessions", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const { id, submit_id } = (await (await call(submitPath, submitInit(keys[0], aBody()), bindings)).json()) as Task;
    const foundBy = async (authorization: string) =>
      (await call(historyPath, submitInit(authorization, { submit_ids: [submit_id] }), bindings)).json();

    expect(await foundBy(keys[0])).toMatchObject({ data: [{ id }] });
    expect(await foundBy(keys[1])).toMatchObject({ data: [] });
    expect(await foundBy(stage.session)).toMatchObject({ data: [] });
  });

  it("history stores nothing for a caller who never had a task", async () => {
    await find([unknown]);
    expect(await storing()).toEqual([]);
    expect(stage.fetched).not.toHaveBeenCalled();
  });
});

describe("refused history requests", () => {
  it.each([
    [{}, 400, "missing_value", "submit_ids"],
    [{ submit_ids: null }, 400, "invalid_value", "submit_ids"],
    [{ submit_ids: [] }, 400, "invalid_value", "submit_ids"],
    [{ submit_ids: unknown }, 400, "invalid_value", "submit_ids"],
    [{ submit_ids: [7] }, 400, "invalid_value", "submit_ids.0"],
    [{ submit_ids: ["x".repeat(101)] }, 400, "invalid_value", "submit_ids.0"],
    [{ submit_ids: Array(101).fill(unknown) }, 400, "invalid_value", "submit_ids"],
    ['{"submit_ids":', 400, "invalid_json", null],
    ["[]", 400, "invalid_json", null],
  ])("history is refused for the body %j", async (body, status, code, param) => {
    const answer = await ask(body);

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code, param, message: expect.stringMatching(/ /) } });
  });

  it("history is refused for a body that is not JSON, by its content type", async () => {
    const init = {
      method: "POST",
      headers: { authorization: stage.session, "content-type": "text/plain" },
      body: unknown,
    };
    expect((await call(historyPath, init)).status).toBe(415);
  });

  it("history is refused without authorization", async () => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"submit_ids":["x"]}' };
    expect((await call(historyPath, init)).status).toBe(401);
  });
});
