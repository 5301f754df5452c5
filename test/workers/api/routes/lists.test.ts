/** The caller's tasks, newest first, for as long as they are remembered. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
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

type List = { object: string; data: { id: string; status: string }[]; has_more: boolean; last_id: string | null };

const ask = (query = "", authorization = stage.session, bindings = {}) =>
  call(`/v1/images/tasks${query}`, { headers: { authorization } }, bindings);

async function list(...given: Parameters<typeof ask>): Promise<List> {
  const answer = await ask(...given);
  expect(answer.status).toBe(200);
  return answer.json();
}

const idsOf = ({ data }: List) => data.map(({ id }) => id);

async function submitAs(authorization: string, bindings = {}): Promise<string> {
  const answer = await call(submitPath, submitInit(authorization, aBody()), bindings);
  return ((await answer.json()) as { id: string }).id;
}

async function tasks(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) ids.push(await stage.task());
  return ids;
}

/** Page after page, to the end. */
async function allPages(limit: number, meanwhile: () => Promise<unknown> = async () => {}) {
  const seen: string[] = [];
  const sizes: number[] = [];
  let query = `?limit=${limit}`;
  for (let pages = 0; pages < 50; pages += 1) {
    const page = await list(query);
    seen.push(...idsOf(page));
    sizes.push(page.data.length);
    if (!page.has_more) return { seen, sizes };
    query = `?limit=${limit}&after=${page.last_id}`;
    await meanwhile();
  }
  throw new Error("the pages do not end");
}

/** Until the coordinator has forgotten its tasks; their records live on. */
async function forgotten(): Promise<void> {
  for (let moves = 0; moves < 20; moves += 1) {
    const tables = await Promise.all((await storing()).map(tablesOf));
    if (tables.every((one) => one.tasks?.length === 0)) return;
    if (!(await stage.move())) break;
  }
  throw new Error("tasks are remembered for ever");
}

describe("a list", () => {
  it("a list has the tasks newest first, each as a poll shows it", async () => {
    const ids = await tasks(3);
    await stage.end(ids[0] ?? "");
    const answer = await ask();

    expect(await answer.json()).toEqual({
      object: "list",
      data: await Promise.all(ids.toReversed().map((id) => stage.view(id))),
      has_more: false,
      last_id: ids[0],
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  it("a list without tasks is empty, and nothing is stored for it", async () => {
    expect(await list()).toEqual({ object: "list", data: [], has_more: false, last_id: null });
    expect(await storing()).toEqual([]);
  });

  it("a list is read without a write and without a call to the upstream", async () => {
    await tasks(2);
    const [stub] = await storing();
    const before = stub && (await tablesOf(stub));
    await list();

    expect(stub && (await tablesOf(stub))).toEqual(before);
    expect(stage.fetched).not.toHaveBeenCalled();
  });

  it("a list gives each waiting task its place in the line", async () => {
    await tasks(7);
    const { data } = (await list()) as unknown as { data: { queue_position?: number }[] };

    expect(data.map(({ queue_position }) => queue_position)).toEqual([3, 2, 1, ...Array(4).fill(undefined)]);
  });

  it("a list is the same in whatever order and spelling the sessions are given", async () => {
    const [one, other] = [aSession(), aSession()];
    const id = await submitAs(`${one},${other}`);

    for (const spelt of [
      `${other},${one}`,
      `Bearer ${one}, ${other},`,
      `${one},${one},${other.toUpperCase().slice(0, 3)}${other.slice(3)}`,
    ]) {
      expect(idsOf(await list("", spelt)), spelt).toEqual([id]);
    }
  });

  it("a list has hints in the caller's language, and links at the public bucket", async () => {
    const failed = await stage.task({ prompt: "sim:failed" });
    await stage.end(failed);
    const id = await stage.task();
    await stage.end(id);
    const headers = { authorization: stage.session, "accept-language": "zh" };
    const answer = await call("/v1/images/tasks", { headers }, { PUBLIC_IMAGE_BASE_URL: "https://pics.example/" });

    const text = await answer.text();
    expect(text).toMatch(/[\u4e00-\u9fff]/);
    expect(JSON.parse(text)).toMatchObject({ data: [{ images: [`https://pics.example/${id}/0`] }, { id: failed }] });
  });
});

describe("pages", () => {
  it.each([
    [1, [1, 1, 1, 1, 1, 1, 1]],
    [3, [3, 3, 1]],
    [7, [7]],
    [100, [7]],
  ])("pages of %i lead through all tasks, each once", async (limit, expected) => {
    const ids = await tasks(7);
    const { seen, sizes } = await allPages(limit);

    expect(seen).toEqual(ids.toReversed());
    expect(sizes).toEqual(expected);
  });

  it("pages have no gaps and no repeats while new tasks arrive and old ones end", async () => {
    const ids = await tasks(8);
    const { seen } = await allPages(3, async () => {
      await stage.task();
      await stage.move();
    });

    expect(seen).toEqual(ids.toReversed());
  });

  it("pages go on after a task that has ended and that the coordinator forgot", async () => {
    const ids = await tasks(4);
    for (const id of ids) await stage.end(id);
    const first = await list("?limit=2");
    await forgotten();

    expect(idsOf(await list(`?limit=2&after=${first.last_id}`))).toEqual([ids[1], ids[0]]);
  });

  it("a page has twenty tasks when no limit is given", async () => {
    await tasks(22);
    const page = await list();

    expect(page.data).toHaveLength(20);
    expect(page.has_more).toBe(true);
    expect(page.last_id).toBe(page.data.at(-1)?.id);
  });

  it("pages of one status are as long as their limit and lead through all its tasks", async () => {
    const ids = await tasks(6);
    const cancelled = [ids[1], ids[3], ids[5]];
    for (const id of cancelled) {
      await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers: { authorization: stage.session } });
    }
    const first = await list("?status=failed&limit=2");
    const second = await list(`?status=failed&limit=2&after=${first.last_id}`);

    expect([idsOf(first), idsOf(second)]).toEqual([[ids[5], ids[3]], [ids[1]]]);
    expect([first.has_more, second.has_more]).toEqual([true, false]);
  });

  it("the page after the last task is empty, not refused", async () => {
    const [id] = await tasks(1);
    expect(await list(`?after=${id}`)).toEqual({ object: "list", data: [], has_more: false, last_id: null });
  });
});

describe("refused lists", () => {
  it.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=-1", "limit"],
    ["limit=1.5", "limit"],
    ["limit=many", "limit"],
    ["limit=", "limit"],
    ["limit=1e9", "limit"],
    ["status=done", "status"],
    ["status=cancelled", "status"],
    ["status=", "status"],
    ["after=imgtask_never", "after"],
    ["after=", "after"],
    ["after=0", "after"],
    ["after=%27%20OR%201%3D1", "after"],
  ])("a list is refused for %s, with the name of the field", async (query, param) => {
    await stage.task();
    const answer = await ask(`?${query}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_value", param } });
  });

  it("a list after another caller's task is refused like one after an unknown task", async () => {
    await stage.task();
    const theirs = await submitAs(aSession());
    const answers = [await ask(`?after=${theirs}`), await ask("?after=imgtask_never")];

    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(await answers[0]?.text()).toBe(await answers[1]?.text());
  });

  it("a list after any task is refused for a caller who never had one, and nothing is stored", async () => {
    expect((await ask("?after=imgtask_never")).status).toBe(400);
    expect(await storing()).toEqual([]);
  });

  it("a list is refused without authorization", async () => {
    expect((await call("/v1/images/tasks")).status).toBe(401);
  });

  it.each([1, 100])("a list with the limit %i is not refused", async (limit) => {
    await tasks(2);
    expect((await list(`?limit=${limit}`)).data).toHaveLength(Math.min(limit, 2));
  });
});

describe("a status", () => {
  const inEach = async (id: string) => {
    const found: Record<string, boolean> = {};
    for (const status of ["pending", "processing", "completed", "failed"]) {
      found[status] = idsOf(await list(`?status=${status}`)).includes(id);
    }
    return Object.keys(found).filter((status) => found[status]);
  };

  it("a task is listed under the status it has at every moment of its life", async () => {
    const id = await stage.task({ n: 2 });
    const seen = new Set<string>();
    for (let moves = 0; moves < 60; moves += 1) {
      const { status } = await stage.view(id);
      expect(await inEach(id)).toEqual([status]);
      seen.add(status);
      if (status === "completed") break;
      await stage.move();
    }
    expect([...seen]).toEqual(["pending", "processing", "completed"]);
  });

  it.each(["sim:failed", "sim:ret-2038"])("a task that failed is listed as failed: %s", async (prompt) => {
    const id = await stage.task({ prompt });
    await stage.end(id);
    expect(await inEach(id)).toEqual(["failed"]);
  });

  it("a task that was cancelled is listed as failed", async () => {
    const id = await stage.task();
    await call(`/v1/images/tasks/${id}/cancel`, { method: "POST", headers: { authorization: stage.session } });
    expect(await inEach(id)).toEqual(["failed"]);
  });

  it("a task in the line is listed as pending", async () => {
    const ids = await tasks(5);
    expect(await inEach(ids[4] ?? "")).toEqual(["pending"]);
  });

  it("the status queued, which the /async addresses answer, lists pending tasks", async () => {
    const [done = "", waiting = ""] = await tasks(2);
    await call(`/v1/images/tasks/${done}/cancel`, { method: "POST", headers: { authorization: stage.session } });
    expect(idsOf(await list("?status=queued"))).toEqual([waiting]);
  });

  it("a task that fails at its creation, because every session is out, is listed as failed", async () => {
    const session = aSession("expired");
    const first = await submitAs(session);
    await stage.end(first, session);
    // Asked once more after a minute, the session is known to be out.
    stage.advance(120);
    await stage.end(await submitAs(session), session);
    const sent = stage.queue.sent.length;
    const id = await submitAs(session);

    expect(stage.queue.sent).toHaveLength(sent);
    expect(await list("?status=failed&limit=1", session)).toMatchObject({ data: [{ id, status: "failed" }] });
    expect(idsOf(await list("?status=pending", session))).toEqual([]);
  });

  it("a task is listed under its status when the coordinator has forgotten it", async () => {
    const completed = await stage.task();
    await stage.end(completed);
    const failed = await stage.task({ prompt: "sim:failed" });
    await stage.end(failed);
    await forgotten();

    expect(await inEach(completed)).toEqual(["completed"]);
    expect(await inEach(failed)).toEqual(["failed"]);
  });
});

describe("tasks of other callers", () => {
  it("a list shows a task only to callers with the same set of sessions, not to those who share one", async () => {
    const [shared, other] = [aSession(), aSession()];
    const id = await submitAs(`${shared},${other}`);

    expect(idsOf(await list("", `${shared},${other}`))).toEqual([id]);
    for (const stranger of [shared, other, `${shared},${aSession()}`, `${shared},${other},${aSession()}`, aSession()]) {
      expect(await list("", stranger)).toMatchObject({ data: [], has_more: false });
    }
  });

  it("a list shows tasks of an API key neither to another key of the pool nor to the pool's sessions", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const alices = [await submitAs(keys[0], bindings), await submitAs(keys[0], bindings)];
    const bobs = await submitAs(keys[1], bindings);
    const own = await stage.task();

    expect(idsOf(await list("", keys[0], bindings))).toEqual(alices.toReversed());
    expect(idsOf(await list("", keys[1], bindings))).toEqual([bobs]);
    expect(idsOf(await list())).toEqual([own]);
    expect((await ask(`?after=${alices[0]}`, keys[1], bindings)).status).toBe(400);
  });

  it("tasks of an API key stay hidden from other keys when the coordinator has forgotten them", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const id = await submitAs(keys[0], bindings);
    while ((await stage.move()) && (await list("?status=completed", keys[0], bindings)).data.length === 0);
    await forgotten();

    expect(idsOf(await list("", keys[0], bindings))).toEqual([id]);
    expect(idsOf(await list("", keys[1], bindings))).toEqual([]);
  });
});

describe("forgotten tasks", () => {
  it("forgotten tasks are listed from their records, as they ended", async () => {
    const ids = await tasks(3);
    const views = [];
    for (const id of ids) views.push(await stage.end(id));
    const endedAt = Date.now();
    await forgotten();

    expect(Date.now() - endedAt).toBeGreaterThanOrEqual(23 * 3_600_000);
    expect((await list()).data).toEqual(views.toReversed());
  });

  it("forgotten tasks are listed beside those the coordinator still has", async () => {
    const old = await stage.task();
    await stage.end(old);
    await forgotten();
    const fresh = await stage.task();

    expect((await list()).data).toMatchObject([
      { id: fresh, status: "pending" },
      { id: old, status: "completed" },
    ]);
  });

  it("a task whose record is gone is left out, and paging goes on after it", async () => {
    const ids = await tasks(4);
    for (const id of ids) await stage.end(id);
    await forgotten();
    await env.TASKS.delete(taskKey(ids[2] ?? ""));

    const first = await list("?limit=2");
    expect(idsOf(first)).toEqual([ids[3]]);
    expect(first).toMatchObject({ has_more: true, last_id: ids[2] });
    expect(idsOf(await list(`?limit=2&after=${first.last_id}`))).toEqual([ids[1], ids[0]]);
  });

  it("expired tasks are gone, and the coordinator stores nothing after the last", async () => {
    const ids = await tasks(2);
    for (const id of ids) await stage.end(id);
    await forgotten();
    const { expires_at } = (await (await stage.poll(ids[1] ?? "")).json()) as { expires_at: number };
    for (let moves = 0; moves < 10 && (await storing()).length > 0; moves += 1) await stage.move();

    expect(await storing()).toEqual([]);
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(expires_at);
    expect(Date.now() / 1000).toBeLessThan(expires_at + 3_600);
    expect(await list()).toEqual({ object: "list", data: [], has_more: false, last_id: null });
    expect(await stage.move()).toBe(false);
  });

  it("older tasks expire by themselves, before younger ones", async () => {
    const old = await stage.task();
    await stage.end(old);
    stage.advance(10 * 24 * 3_600);
    const young = await stage.task();
    await stage.end(young);
    const { expires_at } = (await (await stage.poll(old)).json()) as { expires_at: number };
    for (let moves = 0; moves < 20 && Date.now() / 1000 < expires_at; moves += 1) await stage.move();

    expect(idsOf(await list())).toEqual([young]);
    expect((await storing()).length).toBe(1);
  });

  it("a caller that comes back after everything was forgotten starts a new list", async () => {
    await stage.end(await stage.task());
    for (let moves = 0; moves < 20 && (await storing()).length > 0; moves += 1) await stage.move();
    const id = await stage.task();

    expect(idsOf(await list())).toEqual([id]);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });
});

describe("failures", () => {
  it("a coordinator that cannot answer is an internal error, not an empty list", async () => {
    await stage.task();
    const away = { getByName: () => ({ list: () => Promise.reject(new Error("Network connection lost.")) }) };
    const answer = await ask("", stage.session, { COORDINATOR: away });

    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { code: "internal" } });
  });

  it("a record that cannot be read is an internal error, not a gap in the list", async () => {
    await stage.end(await stage.task());
    await forgotten();
    const kv = Object.getPrototypeOf(env.TASKS) as KVNamespace;
    vi.spyOn(kv, "get").mockRejectedValue(new Error("KV GET failed: 503 Service Unavailable"));

    expect((await ask()).status).toBe(500);
  });

  it("a list names no session in answers or logs", async () => {
    await stage.task();
    const text = await (await ask()).text();
    await ask("?after=x");

    for (const said of [text, ...stage.logs]) expect(said).not.toContain(stage.session.slice(3));
  });
});
