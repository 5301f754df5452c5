import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TaskView } from "#shared/wire/task.ts";
import { ApiError } from "#web/api/api-error.ts";
import { type Follower, followTask } from "#web/api/events.ts";
import { streamLimit } from "#web/api/stream-limit.ts";
import { createStreamPermits } from "#web/api/stream-permits.ts";
import { aTaskView } from "./wire.ts";

const view = aTaskView;
const done = view({ status: "completed", progress: 100 });

const streamOf = (body: BodyInit) => new Response(body, { headers: { "content-type": "text/event-stream" } });
const event = (id: number, data: TaskView) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
const refusal = (status: number) => new ApiError({ status, code: "not_found", message: "no" });
/** A body without a byte, which ends when its request is aborted. */
const silent = (signal: AbortSignal | undefined) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => signal?.addEventListener("abort", () => controller.error(signal.reason)),
  });

type Answer = (init: { headers?: Record<string, string>; signal?: AbortSignal }) => Response | Promise<Response>;

/** A follower whose server gives the listed answers in turn. */
function follow(answers: { events?: Answer[]; poll?: Answer[] }, bend: Partial<Follower> = {}) {
  const asked: string[] = [];
  const ids: (string | undefined)[] = [];
  const views: TaskView[] = [];
  const waits: number[] = [];
  const abort = new AbortController();
  const follower: Follower = {
    signal: abort.signal,
    onView: (heard) => views.push(heard),
    permits: createStreamPermits(() => 1),
    sleep: async (ms) => void waits.push(ms),
    request: async (path, init = {}) => {
      const kind = path.endsWith("/events") ? "events" : "poll";
      asked.push(kind);
      ids.push(init.headers?.["Last-Event-ID"]);
      const answer = answers[kind]?.shift();
      if (answer === undefined) throw new Error(`no answer left for ${kind}`);
      return answer(init);
    },
    ...bend,
  };
  return { ended: followTask("imgtask_a", follower), asked, ids, views, waits, abort, follower };
}

describe("a followed task", () => {
  test("a task is followed on its stream until it has ended", async () => {
    const run = follow({ events: [() => streamOf(`retry: 1000\n${event(1, view())}: beat\n${event(2, done)}`)] });
    await run.ended;
    expect(run.views).toEqual([view(), done]);
    expect(run.asked).toEqual(["events"]);
  });

  test("a stream is resumed after the time the server named, from the last event", async () => {
    const first = streamOf(`retry: 700\n${event(4, view())}`);
    const run = follow({ events: [() => first, () => streamOf(event(5, done))] });
    await run.ended;
    expect(run.ids).toEqual([undefined, "4"]);
    expect(run.waits).toEqual([700]);
  });

  test("a task is polled once more when its stream has nothing new", async () => {
    const run = follow({ events: [() => new Response(null, { status: 204 })], poll: [() => Response.json(done)] });
    await run.ended;
    expect(run.views).toEqual([done]);
  });

  test("a task without a stream permit is polled at the server's Retry-After", async () => {
    const slow = Response.json(view(), { headers: { "retry-after": "4" } });
    const polls = [() => slow, () => Response.json(done)];
    const run = follow({ poll: polls }, { permits: createStreamPermits(() => 0) });
    await run.ended;
    expect(run.asked).toEqual(["poll", "poll"]);
    expect(run.waits).toEqual([4000]);
  });

  test("a task is only polled when the server has no streams", async () => {
    const events = [() => Promise.reject(refusal(404))];
    const run = follow({ events, poll: [() => Response.json(view()), () => Response.json(done)] });
    await run.ended;
    expect(run.asked).toEqual(["events", "poll", "poll"]);
    expect(run.follower.permits.acquire()).toBeNull();
  });

  test("a task is only polled when the stream's answer is no event stream", async () => {
    const run = follow({ events: [() => new Response("<p>hello")], poll: [() => Response.json(done)] });
    await run.ended;
    expect(run.asked).toEqual(["events", "poll"]);
  });

  test("following rejects with the refusal when the task is not the caller's", async () => {
    const run = follow({ events: [() => Promise.reject(refusal(404))], poll: [() => Promise.reject(refusal(404))] });
    await expect(run.ended).rejects.toMatchObject({ status: 404 });
    expect(run.follower.permits.acquire()).not.toBeNull();
  });

  test("each fault doubles the pause before the retry, and onReach reports when the server answers again", async () => {
    const reached: boolean[] = [];
    const down = () => Promise.reject(new ApiError({ status: 0, code: "offline", message: "no" }));
    const broken = () => streamOf("data: {oops\n\n");
    const run = follow(
      { events: [down, broken, down, () => streamOf(event(1, done))] },
      { onReach: (is) => reached.push(is) },
    );
    await run.ended;
    expect(run.waits).toEqual([1000, 2000, 4000]);
    expect(reached.slice(0, 3)).toEqual([false, false, true]);
  });

  test("a refusal is retried after its Retry-After, and does not count as an unreachable server", async () => {
    const busy = new ApiError({ status: 429, code: "rate_limited", message: "no", retryAfterSeconds: 9 });
    const reached: boolean[] = [];
    const events = [() => Promise.reject(busy), () => streamOf(event(1, done))];
    const run = follow({ events }, { onReach: (is) => reached.push(is) });
    await run.ended;
    expect(run.waits).toEqual([9000]);
    expect(reached).not.toContain(false);
  });

  test("following a task resolves when it is aborted", async () => {
    const run = follow({ events: [({ signal }) => streamOf(silent(signal))] });
    run.abort.abort();
    await run.ended;
    expect(run.views).toEqual([]);
  });

  test("a task is polled while streams are paused, without counting a fault", async () => {
    const permits = createStreamPermits(() => 1);
    const listening = Promise.withResolvers<void>();
    const waiting: Answer = ({ signal }) => {
      listening.resolve();
      return streamOf(silent(signal));
    };
    const run = follow({ events: [waiting], poll: [() => Response.json(done)] }, { permits });
    await listening.promise;
    permits.setPaused(true);
    await run.ended;
    expect(run.asked).toEqual(["events", "poll"]);
    expect(run.waits).toEqual([0]);
  });
});

describe("a silent stream", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("a silent stream is abandoned after ten seconds; after the second one the task is only polled", async () => {
    const quiet: Answer = ({ signal }) => streamOf(silent(signal));
    const run = follow({ events: [quiet, quiet], poll: [() => Response.json(done)] });
    await vi.advanceTimersByTimeAsync(9_900);
    expect(run.asked).toEqual(["events"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(run.asked).toEqual(["events", "events"]);
    await vi.advanceTimersByTimeAsync(10_000);
    await run.ended;
    expect(run.asked).toEqual(["events", "events", "poll"]);
  });
});

describe("stream permits", () => {
  test("a stream permit can be acquired again once one is released", () => {
    const permits = createStreamPermits(() => 1);
    const permit = permits.acquire();
    expect(permits.acquire()).toBeNull();
    permit?.release();
    expect(permits.acquire()).not.toBeNull();
  });

  test("the stream permits leave most of the connections of HTTP/1.1 free", () => {
    expect([streamLimit("http/1.1"), streamLimit(""), streamLimit("h2"), streamLimit("h3")]).toEqual([2, 2, 24, 24]);
  });
});
