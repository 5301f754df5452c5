import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TaskView } from "#shared/wire/task.ts";
import { departureMs, maxDiskWaitMs } from "#web/limits.ts";
import { plainDraft } from "#web/state/draft.ts";
import { isAbandoned, send } from "#web/state/send.ts";
import { addSessions, changeSession, removeSession, sessions } from "#web/state/sessions.ts";
import { retry, submit } from "#web/state/submit.ts";
import { newTask, phaseOf, type Task } from "#web/state/task.ts";
import { current, put, tasks } from "#web/state/tasks.ts";

const credential = (index: number) => ({
  kind: "session" as const,
  text: `us-${String(index).repeat(32)}`,
  name: "",
  isOn: true,
});
const draft = { ...plainDraft, prompt: "a fox" };
const accepted = { id: "imgtask_a", status: "pending", submit_id: "s", created_at: 1, expires_at: 2, poll_url: "/p" };

/** The idempotency key and the sessions of each request that reached the server. */
let sent: { key: string | null; authorization: string | null }[] = [];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  sent = [];
  answer = () => Response.json(accepted);
  vi.stubGlobal("fetch", async (_path: string, { headers }: { headers: Headers }) => {
    sent.push({ key: headers.get("idempotency-key"), authorization: headers.get("authorization") });
    return answer();
  });
  sessions.value = [];
  tasks.value = new Map();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const only = (): Task => [...tasks.value.values()][0] as Task;
/** A task whose request got no answer. */
async function unanswered(): Promise<Task> {
  answer = () => Promise.reject(new TypeError("network"));
  await submit(draft);
  answer = () => Response.json(accepted);
  return only();
}

describe("a task without an answer", () => {
  test("a task without an answer is sent again under the same key, with the same sessions", async () => {
    addSessions([credential(1), credential(2)]);
    const { key } = await unanswered();
    await retry(key);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(phaseOf(only())).toBe("live");
  });

  test.each([
    ["is gone", (id: string) => void removeSession(id)],
    ["is rewritten", (id: string) => changeSession(id, { text: credential(3).text })],
  ])("a task without an answer is not sent again once one of its sessions %s", async (_, happen) => {
    addSessions([credential(1), credential(2)]);
    const task = await unanswered();
    happen(task.sessions[0] ?? "");
    await retry(task.key);
    expect(sent).toHaveLength(1);
    expect(only().refusal?.code).toBe("maybe_made");
  });
});

test("a request that ends because the window leaves is no refusal, unless the window stays", async () => {
  vi.useFakeTimers();
  const listeners = new Map<string, () => void>();
  vi.stubGlobal("addEventListener", (event: string, listen: () => void) => listeners.set(event, listen));
  vi.stubGlobal("removeEventListener", (event: string) => listeners.delete(event));
  addSessions([credential(1)]);
  answer = () => {
    listeners.get("beforeunload")?.();
    return Promise.reject(new TypeError("network"));
  };
  const ended = submit(draft);
  await vi.advanceTimersByTimeAsync(departureMs - 1);
  expect(sent).toHaveLength(1);
  expect(phaseOf(only())).toBe("sending");
  await vi.advanceTimersByTimeAsync(maxDiskWaitMs + 1);
  await ended;
  expect(only().refusal?.code).toBe("offline");
  expect(listeners.size).toBe(0);
  vi.useRealTimers();
});

test("a task whose files were lost is never sent", async () => {
  addSessions([credential(1)]);
  const task = await unanswered();
  put({ ...task, refusal: null, isFilesLost: true });
  await send(task.key);
  expect(sent).toHaveLength(1);
  expect(only().refusal?.code).toBe("files_lost");
});

test("without a session nothing is sent", async () => {
  await submit(draft);
  expect(sent).toEqual([]);
  expect(only().refusal?.code).toBe("no_sessions");
});

test("a task is abandoned when its time is over and this window is not sending it", async () => {
  addSessions([credential(1)]);
  let end: (response: Response) => void = () => undefined;
  const isAsked = new Promise<void>((asked) => {
    answer = () => {
      asked();
      return new Promise((resolve) => {
        end = resolve;
      });
    };
  });
  const ended = submit(draft);
  await isAsked;
  const late = only().createdAt + 60_001;
  expect(isAbandoned(only(), late)).toBe(false);
  end(Response.json(accepted));
  await ended;
  const other = { ...only(), taskId: null };
  expect(isAbandoned(other, late)).toBe(true);
  expect(isAbandoned(other, late - 1)).toBe(false);
});

test("the six newest failed tasks stay among the current ones", () => {
  const failed = { status: "failed" } as TaskView;
  for (let index = 0; index < 8; index += 1) {
    const frame = { count: 4, width: 1, height: 1 };
    const task = {
      ...newTask({ key: `k${index}`, draft, sessions: [], frame, createdAt: index }),
      taskId: `t${index}`,
    };
    put(task);
    put({ ...task, view: failed });
  }
  expect(current.value.map(({ key }) => key)).toEqual(["k7", "k6", "k5", "k4", "k3", "k2"]);
});
