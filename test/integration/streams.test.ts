/**
 * Event streams over real HTTP: each event arrives soon after its commit, and none is lost when the connection breaks.
 */
import { describe, expect, it } from "vitest";
import { type Reading, readEvents } from "#test/workers/support/sse.ts";
import { caller } from "./support/caller.ts";
import {
  expectCompleteStream,
  logDurations,
  smallImage,
  startWatchedProduct,
  until,
  viewsOf,
} from "./support/watching.ts";

const here = startWatchedProduct();

describe("events", () => {
  it("events arrive soon after their commit, in order and complete", async () => {
    const sessions = Array.from({ length: 4 }, (_, number) => `us-demo-us-calm-${number}`);
    const readings: Reading[] = [];
    for (const session of sessions) {
      // On a busy machine a job of one second may end before its stream is opened.
      await here.stopUpstreamClock();
      const id = await caller(here.url(), session).submit({ ...smallImage("calm"), n: 4 });
      const reading = await here.watch(session, id);
      await until(() => viewsOf(reading).at(-1)?.status === "processing", "the task is processing");
      await here.startUpstreamClock();
      await reading.ended;
      readings.push(reading);
      expect(viewsOf(reading).at(-1)).toEqual(await caller(here.url(), session).view(id));
    }

    for (const reading of readings) {
      expectCompleteStream(reading);
      const statuses = [...new Set(viewsOf(reading).map(({ status }) => status))];
      // The job may be accepted before the stream is opened.
      expect(["pending", "processing", "completed"].slice(-statuses.length)).toEqual(statuses);
      expect(statuses).toContain("processing");
    }
    const delays = await here.delaysOf(readings);
    logDurations("last events after their commit, one task at a time", delays);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(10_000);
  });

  it("a resumed stream continues after its last event, and with 204 after the final one", async () => {
    const session = "us-demo-us-resumed";
    await here.stopUpstreamClock();
    const id = await caller(here.url(), session).submit(smallImage("resumed"));
    const hangUp = new AbortController();
    const first = await here.watch(session, id, hangUp.signal);
    await until(() => viewsOf(first).at(-1)?.status === "processing", "the task is processing");
    hangUp.abort();
    await first.ended.catch(() => {});
    await here.startUpstreamClock();
    const headers = { authorization: session, "last-event-id": first.events.at(-1)?.id ?? "" };
    const second = readEvents(await fetch(`${here.url()}/v1/images/tasks/${id}/events`, { headers }));
    await second.ended;

    const ids = [...first.events, ...second.events].map((event) => Number(event.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set([...first.events, ...second.events].map(({ data }) => data)).size).toBe(ids.length);
    expect(viewsOf(second).at(-1)).toMatchObject({ status: "completed" });
    const after = { authorization: session, "last-event-id": second.events.at(-1)?.id ?? "" };
    expect((await fetch(`${here.url()}/v1/images/tasks/${id}/events`, { headers: after })).status).toBe(204);
  });
});
