/** Deleting on the server: which calls are made for which choice, and the tasks that stay on the page. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deletedTasks, deleteForGood } from "#web/state/deletion.ts";
import { plainDraft } from "#web/state/draft.ts";
import { imagesOf } from "#web/state/images.ts";
import { addSessions, sessions } from "#web/state/sessions.ts";
import { newTask, type Task } from "#web/state/task.ts";
import { finished, put, tasks } from "#web/state/tasks.ts";
import { aTaskView } from "./wire.ts";

type Call = { method: string; path: string; ids?: string[] };
let calls: Call[] = [];
/** The answer to a call; by default everything is deleted. */
let answer: (call: Call) => Response;

const allDeleted = ({ ids }: Call): Response =>
  Response.json({ data: (ids ?? []).map((id) => ({ id, deleted: true })) });

beforeEach(() => {
  calls = [];
  answer = allDeleted;
  vi.stubGlobal("fetch", async (path: string, { method, body }: { method: string; body?: string }) => {
    const call = { method, path, ...(body !== undefined && { ids: JSON.parse(body).ids as string[] }) };
    calls.push(call);
    return answer(call);
  });
  sessions.value = [];
  tasks.value = new Map();
  deletedTasks.clear();
  addSessions([{ kind: "session", text: `us-${"1".repeat(32)}`, name: "", isOn: true }]);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function made(name: string, images = 2): Task {
  const links = Array.from({ length: images }, (_, index) => `/images/${name}/${index}.png`);
  const task: Task = {
    ...newTask({
      key: `key-${name}`,
      draft: { ...plainDraft, prompt: `a private ${name}` },
      sessions: [],
      frame: { count: images, width: 1, height: 1 },
      createdAt: 1,
    }),
    taskId: name,
    view: aTaskView({ id: name, status: "completed", images: links }),
  };
  put(task);
  return task;
}

describe("whole tasks", () => {
  test("they go in calls of a hundred, and nothing of them stays on the page", async () => {
    const all = Array.from({ length: 101 }, (_, index) => made(`t${index}`));

    expect(await deleteForGood(all.map((task) => ({ task, images: null })))).toEqual({ failed: 0, error: null });
    expect(calls.map(({ path, ids }) => [path, ids?.length])).toEqual([
      ["/v1/images/tasks/delete", 100],
      ["/v1/images/tasks/delete", 1],
    ]);
    expect(finished.value).toEqual([]);
    expect(JSON.stringify([...tasks.value.values()])).not.toContain("private");
    expect(deletedTasks.has("t100")).toBe(true);
  });

  test("a task whose images are all named is deleted itself", async () => {
    const task = made("t");
    await deleteForGood([{ task, images: imagesOf(task) }]);

    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /v1/images/tasks/delete"]);
  });

  test("one that the server does not know any more goes, too; one that it refuses stays, and is counted", async () => {
    const [gone, live] = [made("gone"), made("live")];
    const error = (code: string) => ({ code, message: "…" });
    answer = () =>
      Response.json({
        data: [
          { id: "gone", deleted: false, error: error("not_found") },
          { id: "live", deleted: false, error: error("not_finished") },
        ],
      });

    const result = await deleteForGood([gone, live].map((task) => ({ task, images: null })));
    expect(result).toMatchObject({ failed: 1, error: { code: "not_finished" } });
    expect(finished.value.map(({ key }) => key)).toEqual(["key-live"]);
  });

  test("without an answer of the server everything stays", async () => {
    const all = [made("a"), made("b")];
    answer = () => {
      throw new TypeError("network");
    };

    const result = await deleteForGood(all.map((task) => ({ task, images: null })));
    expect(result).toMatchObject({ failed: 2, error: { code: "offline" } });
    expect(finished.value).toHaveLength(2);
  });
});

describe("single images", () => {
  test("they are deleted by the server's numbers, and the task is read again", async () => {
    const task = made("t", 3);
    const left = aTaskView({ id: "t", status: "completed", images: ["/images/t/1.png"], deleted_images: [0, 2] });
    answer = ({ method }) => Response.json(method === "GET" ? left : { deleted: true });

    const [first, , last] = imagesOf(task);
    const images = [first, last].flatMap((image) => image ?? []);
    expect(await deleteForGood([{ task, images }])).toEqual({ failed: 0, error: null });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "DELETE /images/t/0",
      "DELETE /images/t/2",
      "GET /v1/images/tasks/t",
    ]);
    expect(finished.value.flatMap(imagesOf).map(({ id }) => id)).toEqual(["key-t/1"]);
  });

  test("one that is gone already is no failure", async () => {
    const task = made("t", 2);
    answer = () => Response.json({ error: { code: "not_found", message: "…" } }, { status: 404 });

    expect(await deleteForGood([{ task, images: imagesOf(task).slice(0, 1) }])).toEqual({ failed: 0, error: null });
  });
});
