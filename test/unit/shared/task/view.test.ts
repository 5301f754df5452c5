import { describe, expect, it } from "vitest";
import { type Phase, phases, type Task } from "#shared/task/phases.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { taskRecordSchema } from "#shared/task/task-record.ts";
import { recordOf, renderTask, retryAfterSeconds, snapshotOf } from "#shared/task/view.ts";
import { aRecord, aStoredImage, aTask, start } from "#test/support/task.ts";

const smallLinkTo = ({ key }: { key: string }) => `https://api.example/images/${key}/small`;
const linkTo = ({ key, contentType }: { key: string; contentType: string }) =>
  `https://pics.example.com/${key}?${contentType}`;
const links = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `https://pics.example.com/imgtask_aaaaaaaaaaaaaaaaaaaaa/${index}?image/png`,
  );
const startSeconds = start / 1000;

/** The answer to a poll of a task in a phase, as JSON. */
function polled(
  task: Task = aTask("parked"),
  { now = start, parkedPosition = null as number | null, language = "en" as "en" | "zh" } = {},
) {
  return JSON.parse(
    JSON.stringify(renderTask(snapshotOf(task, now, parkedPosition), { linkTo, smallLinkTo }, language)),
  );
}

const statusOf: Record<Phase, TaskRecord["status"]> = {
  parked: "pending",
  ready: "pending",
  uploading: "pending",
  dispatched: "processing",
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

  it.each(phases)("the status of a %s task is one of the four public words", (phase) => {
    expect(polled(aTask(phase)).status).toBe(statusOf[phase]);
  });

  it.each(["ready", "submitting"] as const)(
    "a poll of a %s task has only the fields that every answer has",
    (phase) => {
      expect(fieldsOf(polled(aTask(phase)))).toEqual(expected());
    },
  );

  it("a poll of a parked task adds its place in the queue", () => {
    const answer = polled(aTask("parked"), { parkedPosition: 3 });
    expect(fieldsOf(answer)).toEqual(expected("queue_position"));
    expect(answer.queue_position).toBe(3);
  });

  it("a poll of a running task adds the time left, without images yet", () => {
    expect(fieldsOf(polled(aTask("running")))).toEqual(expected("eta_seconds"));
  });

  it("a poll of a running task without a forecast has no time left", () => {
    expect(fieldsOf(polled(aTask("running", { forecastSeconds: null })))).toEqual(expected());
  });

  it("a poll of a running task with stored images shows them, without a result", () => {
    const answer = polled(aTask("running", { images: [aStoredImage(0), aStoredImage(1)] }));
    expect(fieldsOf(answer)).toEqual(expected("eta_seconds", "images"));
    expect(answer.images).toEqual(links(2));
  });

  it("a poll of a storing task with stored images shows them, without a result", () => {
    const answer = polled(aTask("storing", { images: [aStoredImage(0)] }));
    expect(fieldsOf(answer)).toEqual(expected("eta_seconds", "images"));
  });

  it("a poll of a completed task has images, data, result and the time of completion", () => {
    expect(fieldsOf(polled(aTask("completed")))).toEqual(expected("images", "completed_at", "data", "result"));
  });

  it.each(["failed", "cancelled"] as const)("a poll of a %s task has the error and nothing of the result", (phase) => {
    expect(fieldsOf(polled(aTask(phase)))).toEqual(expected("error", "error_code", "error_info"));
  });

  it("a poll of a failed task shows no images, even if some were stored", () => {
    expect(fieldsOf(polled(aTask("failed", { images: [aStoredImage(0)] })))).not.toContain("images");
  });

  it("a poll answered from the record alone leaves out the fields of a live task", () => {
    const answer = renderTask({ record: recordOf(aTask("running"), start), live: null }, { linkTo, smallLinkTo }, "en");
    expect(fieldsOf(answer)).toEqual(expected());
  });
});

describe("the values of a poll", () => {
  it("a poll of a new task has the values of the contract", () => {
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

  it("a poll of a completed task has the values of the contract", () => {
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
      small_url: expect.stringMatching(/^https:\/\/api\.example\/images\/.+\/0\/small$/),
      width: 2048,
      height: 2048,
      bytes: 2_900_000,
      content_type: "image/png",
    });
    expect(answer.data).toHaveLength(4);
  });

  it("error is a text with the same message as error_info", () => {
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

  it("error_info names the upstream only with its code, key or text", () => {
    expect(polled(aTask("failed")).error_info).not.toHaveProperty("upstream");
  });

  it("a failure that may pass is marked as retryable", () => {
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

  it("error_info repeats the upstream's text when the failure has it", () => {
    const upstream = { ret: "987654", key: "nobody_knows", text: "their words" };
    const error = { code: "upstream_failed", message: "Unknown.", upstream } as const;
    expect(polled(aTask("failed", { error })).error_info.upstream).toEqual(upstream);
  });

  it("a cancelled task has the status failed and the error code cancelled", () => {
    expect(polled(aTask("cancelled"))).toMatchObject({
      status: "failed",
      error_code: "cancelled",
      error: expect.any(String),
    });
  });

  it("a partial result is marked as partial", () => {
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

  it("the progress in a poll is that of the moment of the poll", () => {
    expect(polled(aTask("running"), { now: start + 20_000 }).progress).toBeGreaterThan(
      polled(aTask("running"), { now: start + 5000 }).progress,
    );
  });

  it("a poll reveals no owner, tag, source or history id", () => {
    const text = JSON.stringify(polled(aTask("completed")));
    for (const secret of ["owner-1", "tag-a", "tos/image", "7897100000001"]) expect(text).not.toContain(secret);
  });
});

describe("the record of a task", () => {
  it.each(phases)("the record of a %s task can be stored and read again", (phase) => {
    const record = recordOf(aTask(phase), start);
    expect(taskRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it("the record of a new task holds only its readers and its description", () => {
    expect(recordOf(aTask("parked"), start)).toEqual(aRecord());
  });

  it("the record of a task does not hold the prompt", () => {
    expect(JSON.stringify(recordOf(aTask("running"), start))).not.toContain("red fox");
  });
});

describe("a snapshot", () => {
  it.each(["completed", "failed", "cancelled"] as const)("the snapshot of a %s task has no live part", (phase) => {
    expect(snapshotOf(aTask(phase), start, null).live).toBeNull();
  });

  it("a snapshot carries the task's version", () => {
    expect(snapshotOf(aTask("running", { version: 9 }), start, null).version).toBe(9);
  });
});

describe("Retry-After", () => {
  const advised = (task: Task = aTask("running"), now = start) => retryAfterSeconds(snapshotOf(task, now, null));

  it("Retry-After is absent for a finished task", () => {
    expect(advised(aTask("completed"))).toBeNull();
  });

  it("Retry-After is a second after the next poll", () => {
    expect(advised(aTask("running", { wakeAt: start + 3000 }))).toBe(4);
  });

  it("Retry-After is at least one second and at most ten", () => {
    expect(advised(aTask("running", { wakeAt: start - 60_000 }))).toBe(1);
    expect(advised(aTask("running", { wakeAt: start + 60_000 }))).toBe(10);
    expect(advised(aTask("parked"))).toBe(10);
  });

  it("Retry-After is a whole number at every moment", () => {
    for (let late = 0; late < 12_000; late += 333) {
      expect(Number.isInteger(advised(aTask("running"), start + late))).toBe(true);
    }
  });
});
