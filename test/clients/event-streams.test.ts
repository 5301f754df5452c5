/**
 * The events of a task, and images as a stream, read by packages for server-sent events: each event arrives once, and
 * the package does not reconnect after the last one.
 */
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { waitUntil } from "#test/support/wait-until.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

beforeAll(() => {
  // `@microsoft/fetch-event-source` uses the timers of `window` and listens for visibility changes of `document`.
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("document", new EventTarget());
});

afterAll(() => {
  vi.unstubAllGlobals();
});

/** A reader that opens this many connections would never stop. */
const maxConnections = 4;

/** A `fetch` with the session that records its calls and aborts `signal` at `maxConnections`. */
function countingFetch(session: string) {
  const stop = new AbortController();
  const connections: string[] = [];
  const send: typeof fetch = (to, init) => {
    const headers = new Headers(init?.headers);
    connections.push(headers.get("last-event-id") ?? "");
    if (connections.length >= maxConnections) stop.abort();
    headers.set("authorization", `Bearer ${session}`);
    return fetch(to, { ...init, headers });
  };
  return { send, connections, signal: stop.signal };
}

const jsonHeaders = { "content-type": "application/json" };

async function submit(session: string, prompt: string): Promise<string> {
  const headers = { ...jsonHeaders, authorization: `Bearer ${session}`, prefer: "respond-async" };
  const body = JSON.stringify({ prompt, n: 1 });
  const answer = await fetch(`${product.url}/v1/images/generations`, { method: "POST", headers, body });
  return ((await answer.json()) as { id: string }).id;
}

type TaskEvent = { id: string; status: string; progress: number };

/** Expects rising progress and one final event. */
function expectAllStates(events: TaskEvent[], id: string): void {
  expect(events.every((event) => event.id === id)).toBe(true);
  const statuses = events.map(({ status }) => status);
  expect(statuses.indexOf("completed")).toBe(statuses.length - 1);
  expect(events.map(({ progress }) => progress)).toEqual(
    events.map(({ progress }) => progress).toSorted((a, b) => a - b),
  );
}

describe("the events of a task", () => {
  it.concurrent("@microsoft/fetch-event-source receives every event of a task on one connection and ends", async () => {
    const session = sessionOf("events-fetch");
    const id = await submit(session, "a lighthouse for fetch-event-source");
    const events: TaskEvent[] = [];
    const { send, connections, signal } = countingFetch(session);
    await fetchEventSource(`${product.url}/v1/images/tasks/${id}/events`, {
      fetch: send,
      signal,
      openWhenHidden: true,
      onmessage: ({ data }) => events.push(JSON.parse(data)),
    });
    expectAllStates(events, id);
    expect(connections).toEqual([""]);
  });

  it.concurrent("eventsource, which always reconnects, stops after the final event", async () => {
    const session = sessionOf("events-source");
    const id = await submit(session, "a lighthouse for eventsource");
    const events: (TaskEvent & { at: string })[] = [];
    const { send, connections, signal } = countingFetch(session);
    const source = new EventSource(`${product.url}/v1/images/tasks/${id}/events`, {
      fetch: (to, init) => send(to, init as RequestInit),
    });
    signal.addEventListener("abort", () => source.close());
    source.onmessage = ({ data, lastEventId }) => events.push({ ...JSON.parse(data), at: lastEventId });
    await waitUntil(() => source.readyState === source.CLOSED);
    expectAllStates(events, id);
    expect(connections).toEqual(["", events.at(-1)?.at]);
  });

  it.concurrent("eventsource receives only the last event of a terminal task", async () => {
    const session = sessionOf("events-late");
    const id = await submit(session, "a lighthouse for a late eventsource");
    const events: TaskEvent[] = [];
    for (const look of [countingFetch(session), countingFetch(session)]) {
      const source = new EventSource(`${product.url}/v1/images/tasks/${id}/events`, {
        fetch: (to, init) => look.send(to, init as RequestInit),
      });
      look.signal.addEventListener("abort", () => source.close());
      events.length = 0;
      source.onmessage = ({ data }) => events.push(JSON.parse(data));
      await waitUntil(() => source.readyState === source.CLOSED);
    }
    expect(events).toMatchObject([{ id, status: "completed" }]);
  });
});

type ImageEvent = { type?: string; error?: { code: string } };

/** Requests one image as a stream and reads it to the end. */
async function streamOf(prompt: string, session: string): Promise<{ events: ImageEvent[]; connections: string[] }> {
  const events: ImageEvent[] = [];
  const { send, connections, signal } = countingFetch(sessionOf(session));
  await fetchEventSource(`${product.url}/openai/v1/images/generations`, {
    method: "POST",
    headers: jsonHeaders,
    body: JSON.stringify({ prompt, n: 1, stream: true }),
    fetch: send,
    signal,
    openWhenHidden: true,
    onmessage: ({ data }) => events.push(JSON.parse(data)),
  });
  return { events, connections };
}

describe("images as a stream", () => {
  it.concurrent("@microsoft/fetch-event-source receives the requested image with one request", async () => {
    const prompt = "a lighthouse streamed to fetch-event-source";
    const { events, connections } = await streamOf(prompt, "stream-fetch");
    expect(events.map(({ type }) => type)).toEqual(["image_generation.completed"]);
    expect(connections).toEqual([""]);
    expect(await product.jobsFor(prompt)).toMatchObject([{ plannedImages: 1, charged: 1 }]);
  });

  it.concurrent("@microsoft/fetch-event-source does not repeat a request after an error in the stream", async () => {
    const prompt = "sim:failed a lighthouse streamed to fetch-event-source";
    const { events, connections } = await streamOf(prompt, "stream-failed");
    expect(events).toMatchObject([{ error: { code: "upstream_failed" } }]);
    expect(connections).toEqual([""]);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
  });
});
