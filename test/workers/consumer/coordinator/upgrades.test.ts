/**
 * Upgrades: the present code reads the storage of each earlier version, and its tasks continue to their end. The dumps,
 * and how they are made: test/fixtures/stored/README.md.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { taskKey } from "#shared/task/records.ts";
import { apart, type Dump, type StoredTask } from "#test/fixtures/stored/dump.ts";
import { dumps } from "#test/fixtures/stored/dumps.ts";
import { takeOver, type Upgraded } from "#test/fixtures/stored/take-over.ts";
import {
  type CoordinatorStub,
  call,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
  type View,
} from "#test/workers/support/stage.ts";

type End = { ended: Partial<View>; images?: number };
type Expected = { shown: View["status"] } & End;

const completed = (images: number): End => ({
  ended: { status: "completed", partial: false, progress: 100 },
  images,
});
const failed = (code: string) => ({ ended: { status: "failed" as const, error_code: code } });

/** The first view and the end of each task, by its name in the dump. */
const expected: Record<string, Expected> = {
  completed: { shown: "completed", ...completed(1) },
  unrecorded: { shown: "completed", ...completed(1) },
  failed: { shown: "failed", ...failed("prompt_moderated") },
  cancelled: { shown: "failed", ...failed("cancelled") },
  "refused by both": { shown: "failed", ...failed("insufficient_credits") },
  running: { shown: "processing", ...completed(3) },
  storing: { shown: "processing", ...completed(2) },
  "answer lost": { shown: "pending", ...completed(1) },
  "given out": { shown: "pending", ...completed(1) },
  ready: { shown: "pending", ...completed(1) },
  "parked first": { shown: "pending", ...completed(1) },
  "parked second": { shown: "pending", ...completed(1) },
  uploading: { shown: "pending", ...completed(1) },
  "ready with pictures": { shown: "pending", ...completed(1) },
  "more pictures": { shown: "processing", ...completed(6) },
  "cancel wanted": { shown: "pending", ...failed("cancelled") },
  "waits for a session": { shown: "pending", ...failed("insufficient_credits") },
};

const expectedOf = ({ name }: StoredTask): Expected => {
  const found = expected[name];
  if (found === undefined) throw new Error(`nothing is expected of "${name}"`);
  return found;
};

/** Log lines that must not appear. */
const complaints = (lines: string[]): string[] =>
  lines.filter((line) => /unreadable|"level":"error"/.test(line) && !line.includes("input_unreadable"));

async function expectEnd({ stage, end }: Upgraded, task: StoredTask, { ended, images }: End): Promise<void> {
  const view = await end(task);
  expect(view, task.name).toMatchObject(ended);
  expect(view.images ?? [], task.name).toHaveLength(images ?? 0);
  for (const link of view.images ?? []) expect((await call(new URL(link).pathname)).status, task.name).toBe(200);
  const submitId = view.submit_id;
  const jobs = stage.jobs().filter((job) => job.submitId === submitId);
  expect(jobs.length, `jobs of "${task.name}"`).toBeLessThanOrEqual(1);
  if (jobs[0] !== undefined) expect(jobs[0].charged - jobs[0].refunded, task.name).toBe(images ?? 0);
}

const list = (caller: string, query = "") =>
  call(`/v1/images/tasks${query}`, { headers: { authorization: `Bearer ${caller}` } });

function search(caller: string, submitIds: unknown[]): Promise<Response> {
  const headers = { authorization: `Bearer ${caller}`, "content-type": "application/json" };
  return call("/v1/images/history", { method: "POST", headers, body: JSON.stringify({ submit_ids: submitIds }) });
}

const submitIdsOf = ({ bodies }: Dump, ids: string[]) =>
  ids.map((id) => apart(bodies).find((body) => body.id === id)?.submitId);

type List = { data: { id: string }[]; has_more: boolean };
const idsOf = async (answer: Response) => ((await answer.json()) as List).data.map(({ id }) => id);

const callersOf = ({ tasks }: Dump) => [...new Set(tasks.map(({ caller }) => caller))];

describe.each(dumps)("storage written by $commit", (dump) => {
  let upgraded: Upgraded;
  beforeEach(async () => {
    upgraded = await takeOver(dump);
  });

  it("every stored task is shown with the status it had, and a repeat of its submit returns it", async () => {
    for (const task of dump.tasks) {
      const answer = await upgraded.stage.poll(task.id, task.caller);
      expect(answer.status, task.name).toBe(200);
      expect(await answer.json(), task.name).toMatchObject({ status: expectedOf(task).shown });
    }
    const before = upgraded.stage.jobs().length;
    for (const { name, id, caller, idempotency } of dump.tasks) {
      if (idempotency === undefined) continue;
      const headers = { "idempotency-key": idempotency.key };
      const again = await call(submitPath, submitInit(caller, idempotency.body, headers));
      expect(await again.json(), name).toMatchObject({ id });
      const other = await call(submitPath, submitInit(caller, { prompt: "another" }, headers));
      expect(other.status, name).toBe(409);
    }
    expect(upgraded.stage.jobs()).toHaveLength(before);
    expect(complaints(upgraded.stage.logs)).toEqual([]);
  });

  it("every stored task continues to its end and is paid for once, with a record in KV and no staged input", async () => {
    // A request for more images has the exact body of the stored submit.
    for (const { task, words } of dump.jobs) {
      if (words !== undefined) expect(upgraded.asked.get(task)).toBe(words);
    }
    for (const task of dump.tasks) await expectEnd(upgraded, task, expectedOf(task));
    await upgraded.expire();
    expect((await env.INPUTS.list()).objects).toEqual([]);
    for (const task of dump.tasks) {
      expect(await upgraded.view(task), task.name).toMatchObject(expectedOf(task).ended);
    }
    expect(complaints(upgraded.stage.logs)).toEqual([]);
  });

  it("every stored task continues to its end although the queue lost every message", async () => {
    upgraded.stage.queue.lose();
    for (const task of dump.tasks) await expectEnd(upgraded, task, expectedOf(task));
    expect(complaints(upgraded.stage.logs)).toEqual([]);
  });

  it("stored tasks are listed and found by submit id if that version had lists, and new tasks are listed too", async () => {
    const knowsLists = dump.schema.some((statement) => statement.startsWith("CREATE TABLE listing"));
    for (const caller of callersOf(dump)) {
      const own = dump.tasks.filter((task) => task.caller === caller).map(({ id }) => id);
      const listed = knowsLists ? own.toReversed() : [];
      expect(await idsOf(await list(caller))).toEqual(listed);
      expect(await idsOf(await search(caller, submitIdsOf(dump, own)))).toEqual(knowsLists ? own : []);
      for (const id of own) expect((await list(caller, `?after=${id}`)).status).toBe(knowsLists ? 200 : 400);

      const fresh = await call(submitPath, submitInit(caller, { prompt: "a lighthouse", n: 1 }));
      const { id } = (await fresh.json()) as { id: string };
      expect(await idsOf(await list(caller))).toEqual([id, ...listed]);
    }
    expect(complaints(upgraded.stage.logs)).toEqual([]);
  });
});

/** After a return to the present version from a later one. */
describe("storage written by a later version", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = setStage();
  });

  /** Runs SQL in the only coordinator. */
  async function exec(statement: string, ...values: (string | number)[]): Promise<void> {
    const [stub] = await storing();
    await runInDurableObject(stub as CoordinatorStub, (_instance, { storage }) => {
      storage.sql.exec(statement, ...values);
    });
  }

  const bend = (id: string, field: string, value: string) =>
    exec("UPDATE tasks SET body = json_set(body, ?, json(?)) WHERE id = ?", `$.${field}`, value, id);

  const endsWell = async (id: string) =>
    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });

  it("the order of a message with an unknown field is carried out", async () => {
    const id = await stage.task();
    const [message] = stage.queue.waiting() as object[];
    stage.queue.lose();
    stage.queue.add({ ...message, urgent: true }, 0);
    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);
    expect(stage.jobs()).toHaveLength(1);
    await endsWell(id);
  });

  it("a message of an unknown version is acked, and the rest of its batch is carried out", async () => {
    const id = await stage.task();
    const [message] = stage.queue.waiting() as object[];
    stage.queue.add({ ...message, v: 3, tasks: [id] }, 0);
    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }, { kind: "acked" }]);
    expect(stage.jobs()).toHaveLength(1);
    await endsWell(id);
  });

  it("a task whose row has an unknown field completes", async () => {
    const id = await stage.task();
    await bend(id, "mood", '"good"');
    await endsWell(id);
  });

  it.each([
    ["phase", '"dreaming"'],
    ["lookFailures", '{"kind":"tired","count":1}'],
    ["cancel", '"regretted"'],
    ["blockedBy", '{"code":"too_much_sun","message":"It was too bright."}'],
  ])("a row with an unknown %s harms no other task", async (field, value) => {
    const strange = await stage.task();
    const other = await stage.task();
    await bend(strange, field, value);
    await endsWell(other);
    await endsWell(await stage.task());
    expect((await stage.poll(strange)).status).toBe(200);
    const answer = await list(stage.session);
    expect(answer.status).toBe(200);
    expect(await idsOf(answer)).toHaveLength(3);
  });

  it("an unknown row in the outbox delays no other row", async () => {
    const id = await stage.task();
    await exec("INSERT INTO outbox (kind, task, step, due_at) VALUES ('celebrate', ?, 1, 0)", id);
    await endsWell(id);
  });

  it("tables with an additional column still work", async () => {
    const first = await stage.task();
    for (const table of ["tasks", "sessions", "session_states", "listing", "idempotency", "outbox"]) {
      await exec(`ALTER TABLE ${table} ADD COLUMN later TEXT`);
    }
    await endsWell(first);
    await endsWell(await stage.task({}, { "idempotency-key": "one more" }));
  });

  it("an unreadable session state counts as none", async () => {
    const first = await stage.task();
    await exec(
      'INSERT INTO session_states (tag, returns_at, body) SELECT tag, NULL, \'{"coolDowns":"many"}\' FROM sessions',
    );
    await endsWell(first);
    await endsWell(await stage.task());
  });

  it.each([
    ["with one more field is shown", { mood: "good" }, 200],
    ["of an unknown version is not shown", { v: 2 }, 404],
    ["with an unknown error is shown nevertheless", { error: { code: "too_much_sun", message: "Too bright." } }, 200],
  ])("a record %s, and harms no list", async (_rule, changes, status) => {
    const id = await stage.task({ prompt: "sim:input-moderated" });
    await stage.end(id);
    const record = await env.TASKS.get<object>(taskKey(id), "json");
    await env.TASKS.put(taskKey(id), JSON.stringify({ ...record, ...changes }));
    const other = await stage.task();
    await endsWell(other);
    await exec("DELETE FROM tasks WHERE id = ?", id);

    expect((await stage.poll(id)).status).toBe(status);
    const answer = await list(stage.session);
    expect(answer.status).toBe(200);
    expect(await idsOf(answer)).toEqual(status === 200 ? [other, id] : [other]);
  });
});
