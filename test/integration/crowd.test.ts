/** Many concurrent event streams and synchronous calls over real HTTP: all stay open, and all are answered. */
import { describe, expect, it } from "vitest";
import { caller } from "./support/caller.ts";
import { expectCompleteStream, logDurations, smallImage, startWatchedProduct, until } from "./support/watching.ts";

const here = startWatchedProduct();

type Images = { data: { url: string }[]; task_id: string };

const sessionCount = 50;
const perSession = 4;
const callCount = sessionCount * perSession;

describe("many callers", () => {
  it("200 streams and 200 waiting calls stay open while polls are answered, and each task is paid once", async () => {
    const sessions = Array.from({ length: sessionCount }, (_, number) => `us-demo-us-crowd-${number}`);
    await here.stopUpstreamClock();
    const watched = await Promise.all(
      sessions.map((session) => caller(here.url(), session).submit(smallImage("watched crowd"))),
    );
    let answered = 0;
    const startedAt = Date.now();
    const waiting = sessions.flatMap((session) =>
      Array.from({ length: perSession }, async (_, number) => {
        const answer = await here.post(session, smallImage(`waiting crowd ${number}`));
        answered += 1;
        return { status: answer.status, body: (await answer.json()) as Images };
      }),
    );
    const opening = sessions.flatMap((session, place) =>
      Array.from({ length: perSession }, () => here.watch(session, watched[place] ?? "")),
    );
    const readings = await Promise.all(opening);
    await until(() => readings.every(({ events }) => events.length > 0), "every stream has begun");
    await until(
      async () => (await Promise.all(sessions.map(here.listed))).every((tasks) => tasks.length === 1 + perSession),
      "every waiting call has a task",
    );
    console.log(`${readings.length} streams and ${waiting.length} calls are open after ${Date.now() - startedAt} ms`);

    // All are open now; polls must still be answered.
    const polls = await Promise.all(
      sessions.map(async (session, place) => {
        const askedAt = performance.now();
        const answer = await caller(here.url(), session).poll(watched[place] ?? "");
        await answer.arrayBuffer();
        return { status: answer.status, milliseconds: performance.now() - askedAt };
      }),
    );
    expect(polls.map(({ status }) => status)).toEqual(Array(sessionCount).fill(200));
    logDurations(
      "concurrent polls meanwhile",
      polls.map(({ milliseconds }) => milliseconds),
    );
    expect(readings).toHaveLength(callCount);
    expect(waiting).toHaveLength(callCount);
    expect(answered).toBe(0);
    expect(readings.some(({ isOver }) => isOver())).toBe(false);

    await here.startUpstreamClock();
    const answers = await Promise.all(waiting);
    await Promise.all(readings.map(({ ended }) => ended));
    console.log(`and all are answered after ${Date.now() - startedAt} ms`);

    expect(answers.map(({ status }) => status)).toEqual(Array(callCount).fill(200));
    expect(new Set(answers.map(({ body }) => body.task_id)).size).toBe(callCount);
    for (const { body } of answers) expect(body.data).toHaveLength(1);
    for (const reading of readings) expectCompleteStream(reading);
    const delays = await here.delaysOf(readings);
    logDurations("last events after their commit, under this load", delays);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    const jobs = await here.jobs();
    const ours = jobs.filter((job) => job.prompt.includes("crowd"));
    expect(ours).toHaveLength(callCount + sessionCount);
    expect(ours.every(({ charged, refunded }) => charged === 1 && refunded === 0)).toBe(true);
  }, 280_000);
});
