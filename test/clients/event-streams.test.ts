/**
 * The events of a task, and images as a stream, read by packages for server-sent events: each event arrives once, and
 * after the last one they stop asking.
 */
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

beforeAll(() => {
  // `@microsoft/fetch-event-source` takes its timers from the window, and listens whether the page is seen.
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("document", new EventTarget());
});

afterAll(() => {
  vi.unstubAllGlobals();
});

/** More connections than anybody needs: a reader that gets here would go on for ever. */
const tooMany = 4;

/** `fetch` with the session, which counts its calls, and says when there are too many of them. */
function countingFetch(session: string) {
  const stop = new AbortController();
  const connections: string[] = [];
  const send: typeof fetch = (to, init) => {
    const headers = new Headers(init?.headers);
    connections.push(headers.get("last-event-id") ?? "");
    if (connections.length >= tooMany) stop.abort();
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

type Told = { id: string; status: string; progress: number };

/** From the first state to the last, and the last one once. */
function expectWholeStory(told: Told[], id: string): void {
  expect(told.every((event) => event.id === id)).toBe(true);
  const statuses = told.map(({ status }) => status);
  expect(statuses.indexOf("completed")).toBe(statuses.length - 1);
  expect(told.map(({ progress }) => progress)).toEqual(told.map(({ progress }) => progress).toSorted((a, b) => a - b));
}

describe("the events of a task", () => {
  it.concurrent("@microsoft/fetch-event-source gets every event of a task by one connection, and ends", async () => {
    const session = sessionOf("events-fetch");
    const id = await submit(session, "a lighthouse for fetch-event-source");
    const told: Told[] = [];
    const { send, connections, signal } = countingFetch(session);
    await fetchEventSource(`${product.url}/v1/images/tasks/${id}/events`, {
      fetch: send,
      signal,
      openWhenHidden: true,
      onmessage: ({ data }) => told.push(JSON.parse(data)),
    });
    expectWholeStory(told, id);
    expect(connections).toEqual([""]);
  });

  it.concurrent("eventsource, which always connects again, is told that nothing more will come", async () => {
    const session = sessionOf("events-source");
    const id = await submit(session, "a lighthouse for eventsource");
    const told: (Told & { at: string })[] = [];
    const { send, connections, signal } = countingFetch(session);
    const source = new EventSource(`${product.url}/v1/images/tasks/${id}/events`, {
      fetch: (to, init) => send(to, init as RequestInit),
    });
    signal.addEventListener("abort", () => source.close());
    source.onmessage = ({ data, lastEventId }) => told.push({ ...JSON.parse(data), at: lastEventId });
    await vi.waitUntil(() => source.readyState === source.CLOSED, { timeout: 60_000, interval: 50 });
    expectWholeStory(told, id);
    expect(connections).toEqual(["", told.at(-1)?.at]);
  });

  it.concurrent("eventsource gets no more than the last event of a task that has ended already", async () => {
    const session = sessionOf("events-late");
    const id = await submit(session, "a lighthouse for a late eventsource");
    const told: Told[] = [];
    for (const look of [countingFetch(session), countingFetch(session)]) {
      const source = new EventSource(`${product.url}/v1/images/tasks/${id}/events`, {
        fetch: (to, init) => look.send(to, init as RequestInit),
      });
      look.signal.addEventListener("abort", () => source.close());
      told.length = 0;
      source.onmessage = ({ data }) => told.push(JSON.parse(data));
      await vi.waitUntil(() => source.readyState === source.CLOSED, { timeout: 60_000, interval: 50 });
    }
    expect(told).toMatchObject([{ id, status: "completed" }]);
  });
});

type ImageEvent = { type?: string; error?: { code: string } };

/** Asks for one image as a stream, and reads it to its end. */
async function streamOf(prompt: string, session: string): Promise<{ told: ImageEvent[]; connections: string[] }> {
  const told: ImageEvent[] = [];
  const { send, connections, signal } = countingFetch(sessionOf(session));
  await fetchEventSource(`${product.url}/openai/v1/images/generations`, {
    method: "POST",
    headers: jsonHeaders,
    body: JSON.stringify({ prompt, n: 1, stream: true }),
    fetch: send,
    signal,
    openWhenHidden: true,
    onmessage: ({ data }) => told.push(JSON.parse(data)),
  });
  return { told, connections };
}

describe("images as a stream", () => {
  it.concurrent("@microsoft/fetch-event-source gets the image it asked for, and asks once", async () => {
    const prompt = "a lighthouse streamed to fetch-event-source";
    const { told, connections } = await streamOf(prompt, "stream-fetch");
    expect(told.map(({ type }) => type)).toEqual(["image_generation.completed"]);
    expect(connections).toEqual([""]);
    expect(await product.jobsFor(prompt)).toMatchObject([{ plannedImages: 1, charged: 1 }]);
  });

  it.concurrent("@microsoft/fetch-event-source that gets an error in a stream does not ask again", async () => {
    const prompt = "sim:failed a lighthouse streamed to fetch-event-source";
    const { told, connections } = await streamOf(prompt, "stream-failed");
    expect(told).toMatchObject([{ error: { code: "upstream_failed" } }]);
    expect(connections).toEqual([""]);
    expect(await product.jobsFor(prompt)).toHaveLength(1);
  });
});
