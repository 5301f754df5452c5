/** A stream of events over real HTTP: each event soon after its commit, and none lost when the connection breaks. */
import { describe, expect, it } from "vitest";
import { type Reading, readEvents } from "#test/workers/support/sse.ts";
import { caller } from "./support/caller.ts";
import { expectWhole, small, startWatching, tell, until, viewsOf } from "./support/watching.ts";

const here = startWatching();

describe("events", () => {
  it("events arrive soon after their commit, in order, and none is missing", async () => {
    const sessions = Array.from({ length: 4 }, (_, number) => `us-demo-us-calm-${number}`);
    const readings: Reading[] = [];
    for (const session of sessions) {
      const id = await caller(here.url(), session).submit({ ...small("calm"), n: 4 });
      const reading = await here.watch(session, id);
      await reading.ended;
      readings.push(reading);
      expect(viewsOf(reading).at(-1)).toEqual(await caller(here.url(), session).view(id));
    }

    for (const reading of readings) {
      expectWhole(reading);
      expect([...new Set(viewsOf(reading).map(({ status }) => status))]).toEqual([
        "pending",
        "processing",
        "completed",
      ]);
    }
    const late = await here.latenessOf(readings);
    tell("last events after their commit, one task at a time", late);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(10_000);
  });

  it("events go on where they broke off, and a stream resumed after the last one is answered with 204", async () => {
    const session = "us-demo-us-resumed";
    await here.standStill();
    const id = await caller(here.url(), session).submit(small("resumed"));
    const hangUp = new AbortController();
    const first = await here.watch(session, id, hangUp.signal);
    await until(() => viewsOf(first).at(-1)?.status === "processing", "it runs");
    hangUp.abort();
    await first.ended.catch(() => {});
    await here.goOn();
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
