import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../../../../shared/task/schema.ts";
import { type Phase, phases, taskRecordSchema } from "../../../../shared/task/schema.ts";
import { recordOf, renderTask, retryAfterSeconds, snapshotOf } from "../../../../shared/task/view.ts";
import { aRecord, aStoredImage, aTask, start } from "../../../support/task.ts";

const linkTo = (key: string) => `https://pics.example.com/${key}`;
const links = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://pics.example.com/imgtask_aaaaaaaaaaaaaaaaaaaaa/${index}`);
const startSeconds = start / 1000;

/** The answer to a poll of a task in a phase, as the caller reads it off the wire. */
function polled(
  task = aTask("parked"),
  { now = start, parkedPosition = null as number | null, language = "en" as "en" | "zh" } = {},
) {
  return JSON.parse(JSON.stringify(renderTask(snapshotOf(task, now, parkedPosition), linkTo, language)));
}

const statusOf: Record<Phase, TaskRecord["status"]> = {
  parked: "pending",
  ready: "pending",
  uploading: "pending",
  submitting: "pending",
  running: "processing",
  storing: "processing",
  completed: "completed",
  failed: "failed",
  cancelled: "failed",
};

const always = [
  "taskId",
  "task_id",
  "id",
  "object",
  "status",
  "progress",
  "createdAt",
  "created_at",
  "updated_at",
  "submit_id",
  "model",
  "expires_at",
  "partial",
];

describe("the fields of a poll", () => {
  const fieldsOf = (answer: object) => Object.keys(answer).toSorted();
  const expected = (...more: string[]) => [...always, ...more].toSorted();

  it.each(phases)("status of %s is one of the four words", (phase) => {
    expect(polled(aTask(phase)).status).toBe(statusOf[phase]);
  });

  it.each(["ready", "submitting"] as const)("%s: nothing but what every answer has", (phase) => {
    expect(fieldsOf(polled(aTask(phase)))).toEqual(expected());
  });

  it("parked: a place in the queue", () => {
    const answer = polled(aTask("parked"), { parkedPosition: 3 });
    expect(fieldsOf(answer)).toEqual(expected("queue_position"));
    expect(answer.queue_position).toBe(3);
  });

  it("running: the time left, no pictures yet", () => {
    expect(fieldsOf(polled(aTask("running")))).toEqual(expected("eta_seconds"));
  });

  it("running without a forecast: no time left", () => {
    expect(fieldsOf(polled(aTask("running", { forecastSeconds: null })))).toEqual(expected());
  });

  it("running with pictures: the ones that are stored already, and no result", () => {
    const answer = polled(aTask("running", { images: [aStoredImage(0), aStoredImage(1)] }));
    expect(fieldsOf(answer)).toEqual(expected("eta_seconds", "images"));
    expect(answer.images).toEqual(links(2));
  });

  it("storing with pictures: the ones that are stored already, and no result", () => {
    const answer = polled(aTask("storing", { images: [aStoredImage(0)] }));
    expect(fieldsOf(answer)).toEqual(expected("eta_seconds", "images"));
  });

  it("completed: pictures, data and result, and when", () => {
    expect(fieldsOf(polled(aTask("completed")))).toEqual(expected("images", "completed_at", "data", "result"));
  });

  it.each(["failed", "cancelled"] as const)("%s: why, and nothing of the result", (phase) => {
    expect(fieldsOf(polled(aTask(phase)))).toEqual(expected("error", "error_code", "error_info"));
  });

  it("failed with pictures stored before: no pictures", () => {
    expect(fieldsOf(polled(aTask("failed", { images: [aStoredImage(0)] })))).not.toContain("images");
  });

  it("of a record alone are those of a live task, less what only the living have", () => {
    const answer = renderTask({ record: recordOf(aTask("running"), start), live: null }, linkTo, "en");
    expect(fieldsOf(answer)).toEqual(expected());
  });
});

describe("the values of a poll", () => {
  it("are those of the contract for a task that just came in", () => {
    expect(polled(aTask("parked"), { parkedPosition: 1 })).toEqual({
      taskId: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
      task_id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
      id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
      object: "image.generation.task",
      status: "pending",
      progress: 0,
      createdAt: startSeconds,
      created_at: startSeconds,
      updated_at: startSeconds,
      submit_id: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
      model: "dreamina-4.5",
      queue_position: 1,
      expires_at: startSeconds + 30 * 86_400,
      partial: false,
    });
  });

  it("are those of the contract for a completed task", () => {
    const answer = polled(aTask("completed", { endedAt: start + 42_900, updatedAt: start + 42_900 }));
    expect(answer).toMatchObject({
      status: "completed",
      progress: 100,
      images: links(4),
      updated_at: startSeconds + 42,
      completed_at: startSeconds + 42,
      partial: false,
      result: { created: startSeconds + 42, data: links(4).map((url) => ({ url })) },
    });
    expect(answer.data[0]).toEqual({
      url: links(1)[0],
      width: 2048,
      height: 2048,
      bytes: 2_900_000,
      content_type: "image/png",
    });
    expect(answer.data).toHaveLength(4);
  });

  it("error is a text, and says the same as error_info", () => {
    const error = { code: "prompt_moderated", message: "Refused.", upstream: { ret: "2038" } } as const;
    expect(polled(aTask("failed", { error }))).toMatchObject({
      error: "Refused.",
      error_code: "prompt_moderated",
      error_info: {
        code: "prompt_moderated",
        message: "Refused.",
        hint: expect.stringMatching(/\w+/),
        retryable: false,
        upstream: { ret: "2038" },
      },
    });
  });

  it("error_info names the upstream only when it said something", () => {
    expect(polled(aTask("failed")).error_info).not.toHaveProperty("upstream");
  });

  it("a failure that may pass says it can be repeated", () => {
    const error = { code: "timeout", message: "Too late." } as const;
    expect(polled(aTask("failed", { error })).error_info.retryable).toBe(true);
  });

  it("a failure's own remedy comes before that of its code", () => {
    const hint = { en: "Try again.", zh: "请重试。" };
    const error = { code: "output_moderated", message: "Held back.", hint, retryable: true } as const;
    expect(polled(aTask("failed", { error })).error_info).toMatchObject({ hint: "Try again.", retryable: true });
  });

  it("the hint is in the language asked for, the message is not translated", () => {
    const hint = { en: "Try again.", zh: "请重试。" };
    const error = { code: "output_moderated", message: "Held back.", hint, retryable: true } as const;
    const answer = polled(aTask("failed", { error }), { language: "zh" });
    expect(answer.error_info).toMatchObject({ hint: "请重试。", message: "Held back." });
    expect(polled(aTask("cancelled"), { language: "zh" }).error_info.hint).toMatch(/\p{Script=Han}/u);
  });

  it("error_info repeats the upstream's own words where the failure keeps them", () => {
    const upstream = { ret: "987654", key: "nobody_knows", text: "their words" };
    const error = { code: "upstream_failed", message: "Unknown.", upstream } as const;
    expect(polled(aTask("failed", { error })).error_info.upstream).toEqual(upstream);
  });

  it("a cancelled task reads failed, with the code that tells it apart", () => {
    expect(polled(aTask("cancelled"))).toMatchObject({
      status: "failed",
      error_code: "cancelled",
      error: expect.any(String),
    });
  });

  it("a partial result says so", () => {
    expect(polled(aTask("completed", { partial: true })).partial).toBe(true);
  });

  it("times are whole Unix seconds", () => {
    const answer = polled(aTask("completed", { createdAt: start + 1, updatedAt: start + 999, endedAt: start + 1999 }));
    expect([answer.created_at, answer.createdAt, answer.updated_at]).toEqual([
      startSeconds,
      startSeconds,
      startSeconds,
    ]);
    expect([answer.completed_at, answer.result.created]).toEqual([startSeconds + 1, startSeconds + 1]);
  });

  it("progress is that of the moment it is asked for", () => {
    expect(polled(aTask("running"), { now: start + 20_000 }).progress).toBeGreaterThan(
      polled(aTask("running"), { now: start + 5000 }).progress,
    );
  });

  it("nothing inside leaks out: owner, tags, keys and sources stay here", () => {
    const text = JSON.stringify(polled(aTask("completed")));
    for (const secret of ["owner-1", "tag-a", "tos/picture", "7897100000001"]) expect(text).not.toContain(secret);
  });
});

describe("the record of a task", () => {
  it.each(phases)("of a %s task can be stored and read again", (phase) => {
    const record = recordOf(aTask(phase), start);
    expect(taskRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it("of a task that just came in holds no more than who may read it and what it is", () => {
    expect(recordOf(aTask("parked"), start)).toEqual(aRecord());
  });

  it("holds neither prompt nor session", () => {
    expect(JSON.stringify(recordOf(aTask("running"), start))).not.toContain("red fox");
  });
});

describe("a snapshot", () => {
  it.each(["completed", "failed", "cancelled"] as const)("of a %s task has nothing live", (phase) => {
    expect(snapshotOf(aTask(phase), start, null).live).toBeNull();
  });

  it("carries the task's version", () => {
    expect(snapshotOf(aTask("running", { version: 9 }), start, null).version).toBe(9);
  });
});

describe("Retry-After", () => {
  const advised = (task = aTask("running"), now = start) => retryAfterSeconds(snapshotOf(task, now, null));

  it("is absent for a finished task", () => {
    expect(advised(aTask("completed"))).toBeNull();
  });

  it("is a second after the next look", () => {
    expect(advised(aTask("running", { wakeAt: start + 3000 }))).toBe(4);
  });

  it("is at least one second and at most ten", () => {
    expect(advised(aTask("running", { wakeAt: start - 60_000 }))).toBe(1);
    expect(advised(aTask("running", { wakeAt: start + 60_000 }))).toBe(10);
    expect(advised(aTask("parked"))).toBe(10);
  });

  it("is a whole number at every moment", () => {
    for (let late = 0; late < 12_000; late += 333) {
      expect(Number.isInteger(advised(aTask("running"), start + late))).toBe(true);
    }
  });
});
