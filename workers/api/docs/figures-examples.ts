/** Examples of the administrator's figures, tasks under way and dead letters. Pure. */
import { created, id } from "./example-task.ts";

const deadLetter = {
  id: "dead_V1StGXR8_Z5jdHi6B-myT",
  object: "dead_letter",
  at: created,
  caller: "KseC-Rft",
  replayed_at: null,
};

const task = {
  ...{ id, object: "image.generation.task", status: "processing", progress: 40, model: "dreamina-4.5", images: 4 },
  caller: { kind: "key", name: "newsletter bot" },
  ...{ credential: "us-…c3f9", created_at: created, waiting_for: null, prompt: null },
};

const day = {
  ...{ date: "2026-11-29", completed: 118, failed: 3, cancelled: 1 },
  ...{ images: 470, images_by_keys: 12, credits: 1832 },
};

const failures = [{ code: "rate_limited", tasks: 3, hint: "Wait a minute, and send fewer requests at a time." }];

const queue = { waiting: 2, running: 4, oldest_waiting_seconds: 31, callers: 3, backlog: 5 };

const answered = (summary: string, value: unknown) => ({ answers: { 200: { example: { summary, value } } } });

export const figuresExamples = {
  listAllTasks: answered("One task of a named key", { object: "list", data: [task], has_more: false }),
  getFigures: answered("A day", { object: "admin.figures", days: [day], failures, queue }),
  listDeadLetters: answered("One of them", { object: "list", data: [deadLetter] }),
  replayDeadLetter: answered("It was replayed a minute later", { ...deadLetter, replayed_at: created + 60 }),
};
