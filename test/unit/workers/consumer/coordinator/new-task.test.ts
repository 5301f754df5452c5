import { describe, expect, it } from "vitest";
import { newTask } from "#consumer/coordinator/new-task.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import { aNewTask, aTask, start } from "#test/support/task.ts";

/** What a task is made of, with the tags of its sessions. */
const aGiven = (changes: Parameters<typeof aNewTask>[0] = {}) => {
  const given = aNewTask(changes);
  return { ...given, candidates: given.sessions.map(({ tag }) => tag) };
};

describe("a new task", () => {
  it("a new task is parked, and every other field has its initial value", () => {
    expect(newTask(aGiven(), start)).toEqual(aTask("parked", { candidates: ["tag-a"] }));
  });

  it("a new task can be stored and read again", () => {
    const task = newTask(aGiven(), start);
    expect(taskSchema.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });

  it("a new task may be read by every session the caller sent, and run by those that have the model", () => {
    const task = newTask(aGiven({ tags: ["tag-a", "tag-b"] }), start);
    expect(task).toMatchObject({ tags: ["tag-a", "tag-b"], candidates: ["tag-a"] });
  });

  it("a new task holds no session, sealed or not, and no idempotency key", () => {
    const text = JSON.stringify(
      newTask(aGiven({ idempotency: { key: "my-key", bodyHash: "hash", kind: "named" } }), start),
    );
    for (const secret of ["v1.aaaa", "my-key", "hk-…c3f9"]) expect(text).not.toContain(secret);
  });
});
