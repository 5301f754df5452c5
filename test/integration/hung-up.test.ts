/** Callers that disconnect while they wait: no task is lost, none is paid twice, no connection stays open. */
import { describe, expect, it } from "vitest";
import { caller } from "./support/caller.ts";
import { smallImage, startWatchedProduct, until, viewsOf } from "./support/watching.ts";

const here = startWatchedProduct();

describe("disconnects", () => {
  it("a call, a stream and an edit whose caller disconnects complete their task, which is paid once", async () => {
    const image = here.sample("640x480.png");
    await here.stopUpstreamClock();
    const callers = [
      { prompt: "hung up call", fields: {}, path: "/v1/images/generations" },
      { prompt: "hung up stream", fields: { stream: true }, path: "/v1/images/generations" },
      { prompt: "hung up edit", fields: { image }, path: "/v1/images/edits" },
    ].map(({ prompt, fields, path }) => {
      const session = `us-demo-us-${prompt.replaceAll(" ", "-")}`;
      const hangUp = new AbortController();
      const call = here.post(session, { ...smallImage(prompt), ...fields }, { signal: hangUp.signal, path });
      const gone = call.then((answer) => answer.text()).catch((error: Error) => error.name);
      return { prompt, session, hangUp, gone };
    });
    for (const { session, prompt } of callers) {
      await until(async () => (await here.listed(session)).length === 1, "the task exists");
      await until(async () => (await here.jobsFor(prompt)).length === 1, "its job exists");
    }
    for (const { hangUp } of callers) hangUp.abort();
    expect(await Promise.all(callers.map(({ gone }) => gone))).toEqual(Array(3).fill("AbortError"));
    await here.startUpstreamClock();

    await Promise.all(
      callers.map(async ({ session, prompt }) => {
        const [task] = await here.listed(session);
        const done = await caller(here.url(), session).result(task?.task_id ?? "");
        expect(done, prompt).toMatchObject({ status: "completed", partial: false });
        expect(await here.listed(session), prompt).toHaveLength(1);
        expect(await here.jobsFor(prompt)).toMatchObject([{ charged: 1, refunded: 0 }]);
      }),
    );
  });

  it("a caller that disconnects before its task exists leaves a task that completes, or none", async () => {
    const session = "us-demo-us-hung-up-early";
    const calls = Array.from({ length: 8 }, async (_, number) => {
      const hangUp = new AbortController();
      const call = here.post(session, smallImage(`early ${number}`), { signal: hangUp.signal });
      // Each one 6 ms later.
      setTimeout(() => hangUp.abort(), number * 6);
      return call.then(
        (answer) => answer.text().catch(() => "gone"),
        () => "gone",
      );
    });
    await Promise.all(calls);
    // When a later task is done, all earlier requests have arrived.
    const me = caller(here.url(), session);
    await me.result(await me.submit(smallImage("after them")));

    const tasks = await here.listed(session);
    const ends = await Promise.all(tasks.map(({ task_id }) => me.result(task_id)));
    expect(ends.map(({ status }) => status)).toEqual(Array(tasks.length).fill("completed"));
    const jobs = (await here.jobs()).filter(({ prompt }) => prompt.includes("early "));
    expect(jobs).toHaveLength(tasks.length - 1);
  }, 240_000);

  it("the server works after a hundred callers have disconnected their streams", async () => {
    const session = "us-demo-us-hung-up-often";
    await here.stopUpstreamClock();
    const id = await caller(here.url(), session).submit(smallImage("often"));
    for (let round = 0; round < 5; round += 1) {
      const hangUp = new AbortController();
      const readings = await Promise.all(Array.from({ length: 20 }, () => here.watch(session, id, hangUp.signal)));
      await until(() => readings.every(({ events }) => events.length > 0), "every stream has begun");
      hangUp.abort();
      await Promise.all(readings.map(({ ended }) => ended.catch(() => {})));
    }
    const reading = await here.watch(session, id);
    await here.startUpstreamClock();
    await reading.ended;

    expect(viewsOf(reading).at(-1)).toMatchObject({ status: "completed" });
    expect(here.output()).not.toMatch(/hung|will never generate a response|out of memory/i);
  });
});
