import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BatchView } from "#shared/wire/batch.ts";
import { batchPhaseOf, duplicateOf, isForgotten, isUnread, newBatch, withBatchView } from "#web/state/batch.ts";
import { actOnBatch } from "#web/state/batch-actions.ts";
import { followBatch } from "#web/state/batch-follow.ts";
import { endedUpTo, isReadingDue, nothingRead } from "#web/state/batch-reading.ts";
import { readResults } from "#web/state/batch-results.ts";
import { sendBatchAgain, submitBatch } from "#web/state/batch-send.ts";
import { batches, putBatch } from "#web/state/batches.ts";
import { plainDraft } from "#web/state/draft.ts";
import { areNewsOn } from "#web/state/notifications.ts";
import { unseenImages } from "#web/state/ready.ts";
import { addSessions, removeSession, sessions } from "#web/state/sessions.ts";
import { tasks } from "#web/state/tasks.ts";

const counts = { total: 100, waiting: 100, processing: 0, completed: 0, failed: 0, cancelled: 0 };
const view: BatchView = {
  ...{ id: "batch_a", object: "batch", status: "in_progress", request_counts: counts },
  ...{ created_at: 1_000, started_at: null, ended_at: null, expires_at: 9_000, metadata: {}, message: "" },
};
const counted = (change: Partial<BatchView["request_counts"]>, rest: Partial<BatchView> = {}): BatchView => ({
  ...view,
  ...rest,
  request_counts: { ...counts, ...change },
});
const batch = newBatch({ key: "k", createdAt: 1_000_000 });

describe("a batch", () => {
  test("a batch is on its way until the server accepts or refuses it, and live until its end", () => {
    expect(batchPhaseOf(batch)).toBe("sending");
    const refusal = { code: "invalid_value", message: "", hint: "", param: null };
    expect(batchPhaseOf({ ...batch, refusal })).toBe("unsent");
    expect(batchPhaseOf(withBatchView({ ...batch, refusal }, view))).toBe("live");
    expect(batchPhaseOf(withBatchView(batch, { ...view, ended_at: 2_000 }))).toBe("ended");
  });

  test("an ended batch is unread until its results are on the page, and again when what failed is made again", () => {
    const ended = withBatchView(batch, { ...view, ended_at: 2_000 });
    expect(isUnread(ended)).toBe(true);
    const read = { ...ended, isRead: true };
    expect(isUnread(read)).toBe(false);
    expect(isUnread(withBatchView(read, { ...view, ended_at: 2_000 }))).toBe(false);
    expect(withBatchView(read, view).isRead).toBe(false);
  });

  test("of two records of one batch, the one that this browser sent stays", () => {
    const own = { ...batch, batchId: "batch_a" };
    const listed = newBatch({ key: "batch_a", batchId: "batch_a", createdAt: 1 });
    expect(duplicateOf(own, [own, listed])).toBe("batch_a");
    expect(duplicateOf(listed, [own, listed])).toBe("batch_a");
    expect(duplicateOf(own, [own, batch])).toBeNull();
  });

  test("a stored batch is forgotten with the server's, and a hidden one that was never accepted at once", () => {
    expect(isForgotten({ ...batch, view }, 8_999_999)).toBe(false);
    expect(isForgotten({ ...batch, view }, 9_000_001)).toBe(true);
    expect(isForgotten(batch, 0)).toBe(false);
    expect(isForgotten({ ...batch, isHidden: true }, 0)).toBe(true);
  });
});

describe("the results of a batch", () => {
  const read = { ...nothingRead, completed: 10, at: 1_000_000 };
  test.each([
    ["nothing new", counted({ completed: 10 }), 2_000_000, false],
    ["2 of 100 new, after 5 s", counted({ completed: 11, failed: 1 }), 1_005_000, true],
    ["2 of 100 new, after 1 s", counted({ completed: 12 }), 1_001_000, false],
    ["1 of 100 new, after 5 s", counted({ completed: 11 }), 1_005_000, false],
    ["1 of 100 new, after a minute", counted({ completed: 11 }), 1_060_001, true],
    ["the last one, after 1 s", counted({ completed: 11 }, { ended_at: 1 }), 1_001_000, true],
    ["nothing new at the end", counted({ completed: 10 }, { ended_at: 1 }), 1_001_000, false],
  ])("results are read seldom: %s", (_, now, at, expected) => {
    expect(isReadingDue(read, now, at)).toBe(expected);
  });

  test("requests up to the first that has not ended are not read again", () => {
    const upTo = (...lines: number[]) => endedUpTo({ ...nothingRead, ended: new Set(lines) });
    expect([upTo(), upTo(2, 3), upTo(2, 1), upTo(1, 2, 3, 5)]).toEqual([0, 0, 2, 3]);
  });
});

describe("with a server", () => {
  type Sent = { path: string; key: string | null; body: unknown };
  let sent: Sent[] = [];
  let answer: (path: string) => Response | Promise<Response>;
  const session = { kind: "session" as const, text: `us-${"1".repeat(32)}`, name: "", isOn: true };
  const only = () => [...batches.value.values()][0] ?? batch;

  beforeEach(() => {
    sent = [];
    answer = () => Response.json(view);
    vi.stubGlobal("fetch", async (path: string, { headers, body }: { headers: Headers; body?: string }) => {
      sent.push({ path, key: headers.get("idempotency-key"), body: body === undefined ? null : JSON.parse(body) });
      return answer(path);
    });
    sessions.value = [];
    batches.value = new Map();
    tasks.value = new Map();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("a batch has the fields of the form in each request, and without an answer it is sent again as it was", async () => {
    addSessions([session]);
    answer = () => Promise.reject(new TypeError("network"));
    submitBatch({ ...plainDraft, count: 2, ratio: "16:9" }, ["a", "b"]);
    await expect.poll(() => only().refusal?.code).toBe("offline");
    answer = () => Response.json(view);
    sendBatchAgain(only());
    await expect.poll(() => only().batchId).toBe("batch_a");
    const [first, second] = sent.filter(({ path }) => path === "/v1/images/batches");
    expect(first?.body).toMatchObject({
      requests: [
        { prompt: "a", n: 2, ratio: "16:9" },
        { prompt: "b", n: 2, ratio: "16:9" },
      ],
    });
    expect(second).toEqual(first);
    expect(first?.key).toBe(only().key);
  });

  test("a batch without an answer is not sent with other sessions", async () => {
    const [stored] = addSessions([session]);
    answer = () => Promise.reject(new TypeError("network"));
    submitBatch(plainDraft, ["a", "b"]);
    await expect.poll(() => only().refusal?.code).toBe("offline");
    removeSession(stored?.id ?? "");
    addSessions([{ ...session, text: `us-${"2".repeat(32)}` }]);
    const before = sent.length;
    sendBatchAgain(only());
    await expect.poll(() => only().refusal?.code).toBe("maybe_made");
    expect(sent.slice(before).filter(({ path }) => path === "/v1/images/batches")).toEqual([]);
  });

  test("a batch that the server refused is sent again as a new one", async () => {
    addSessions([session]);
    answer = () => Response.json({ error: { code: "invalid_value", message: "no" } }, { status: 400 });
    submitBatch(plainDraft, ["a", "b"]);
    await expect.poll(() => only().refusal?.code).toBe("invalid_value");
    answer = () => Response.json(view);
    sendBatchAgain(only());
    await expect.poll(() => [...batches.value.values()].map(({ batchId }) => batchId)).toContain("batch_a");
    const keys = sent.filter(({ path }) => path === "/v1/images/batches").map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(batches.value.get(keys[0] ?? "")?.isHidden).toBe(true);
  });

  test("results become tasks with the prompts that were sent, and failures are named", async () => {
    const ended = counted({ total: 3, waiting: 0, completed: 2, failed: 1 }, { status: "completed", ended_at: 2_000 });
    await putBatch({ ...batch, batchId: "batch_a", draft: plainDraft, prompts: ["a", "b", "c"], view: ended });
    const row = { status: "completed", progress: 100, created_at: 1_000, updated_at: 1, model: "dreamina-4.5" };
    answer = (path) => {
      const url = new URL(path, "http://x");
      const data =
        url.searchParams.get("status") === "failed"
          ? [{ ...row, id: "imgtask_2", line: 2, status: "failed", error_code: "prompt_moderated", error: "No." }]
          : [1, 3].map((line) => ({ ...row, id: `imgtask_${line}`, line, images: [`/images/imgtask_${line}/0.png`] }));
      return Response.json({ data, has_more: false, last_id: "2" });
    };
    await readResults("k");
    expect([...tasks.value.values()].map((task) => [task.draft?.prompt, task.batch])).toEqual([
      ["a", { id: "batch_a", line: 1 }],
      ["c", { id: "batch_a", line: 3 }],
    ]);
    expect(only().failures).toEqual([{ line: 2, prompt: "b", code: "prompt_moderated", message: "No." }]);
    expect(only().isRead).toBe(true);
    const calls = sent.length;
    await readResults("k");
    expect(sent).toHaveLength(calls);
  });

  test("a paused batch, which is polled seldom, is polled at once after it was told to go on", async () => {
    const quiet = { addEventListener: () => undefined, removeEventListener: () => undefined };
    vi.stubGlobal("document", { hidden: false, ...quiet });
    for (const [name, value] of Object.entries(quiet)) vi.stubGlobal(name, value);
    const paused: BatchView = { ...view, status: "paused" };
    await putBatch({ ...batch, batchId: "batch_a", view: paused });
    answer = () => Response.json(paused);
    const following = followBatch("k");
    await expect.poll(() => sent).toHaveLength(1);
    answer = (path) =>
      Response.json(path.endsWith("/resume") ? view : { ...view, status: "completed", ended_at: 2_000 });
    await actOnBatch(only(), "resume");
    await following;
    expect(only().isRead).toBe(true);
  });

  describe("while the page is hidden", () => {
    let shown: string[] = [];
    let key = "";
    const ended = counted({ total: 3, waiting: 0, completed: 2, failed: 1 }, { status: "completed", ended_at: 2_000 });
    const results = [1, 3].map((line) => ({
      ...{ id: `imgtask_${line}`, line, status: "completed", progress: 100, created_at: 1_000, updated_at: 1 },
      ...{ model: "dreamina-4.5", images: [`/images/imgtask_${line}/0.png`, `/images/imgtask_${line}/1.png`] },
    }));

    beforeEach(() => {
      shown = [];
      key = crypto.randomUUID();
      vi.stubGlobal("document", { hidden: true });
      vi.stubGlobal(
        "Notification",
        class {
          static permission = "granted";
          constructor(_title: string, { body }: { body: string }) {
            shown.push(body);
          }
        },
      );
      areNewsOn.value = true;
      unseenImages.value = 0;
      answer = (path) => {
        if (!path.includes("/tasks")) return Response.json(ended);
        return Response.json({ data: path.includes("failed") ? [] : results, has_more: false, last_id: null });
      };
    });
    afterEach(() => {
      areNewsOn.value = false;
      unseenImages.value = 0;
    });

    test("the title counts the images of a batch, and one notification without prompts tells of its end", async () => {
      await putBatch({ ...batch, key, batchId: "batch_a", prompts: ["a", "b", "c"], view });
      await followBatch(key);
      expect(unseenImages.value).toBe(4);
      expect(shown).toEqual(["4 images are ready."]);
    });

    test("a batch that had ended before the visit is no news", async () => {
      await putBatch({ ...batch, key, batchId: "batch_a", prompts: ["a", "b", "c"], view: ended });
      await followBatch(key);
      expect(only().isRead).toBe(true);
      expect([unseenImages.value, shown]).toEqual([0, []]);
    });

    test("a batch that was cancelled is no news", async () => {
      answer = () => Response.json({ ...view, status: "cancelled", ended_at: 2_000 });
      await putBatch({ ...batch, key, batchId: "batch_a", prompts: ["a"], view });
      await followBatch(key);
      expect(shown).toEqual([]);
    });
  });
});
