/** Several sessions in one header: which one runs a task, and the error when none is left. */
import { beforeEach, describe, expect, it } from "vitest";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

async function submitAs(authorization: string, body = {}): Promise<string> {
  const answer = await call(submitPath, submitInit(authorization, aBody(body)));
  return ((await answer.json()) as { id: string }).id;
}

const lastFour = (session: string) => session.slice(-4);

it.each(["expired", "nocredit", "risk", "punished", "limit"])(
  "a bad session (%s) is replaced by the next one of the header, and the task completes",
  async (trouble) => {
    const header = `${aSession(trouble)},${aSession(`${trouble}2`)},${aSession()}`;
    const id = await submitAs(header);

    expect(await stage.end(id, header)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  },
);

describe("the last session", () => {
  it.each([
    ["expired", "session_expired"],
    ["nocredit", "insufficient_credits"],
    ["limit", "insufficient_credits"],
    ["risk", "risk_control"],
    ["punished", "risk_control"],
  ])(
    "a last session with a fault (%s) fails the task with %s and is named only masked",
    async (trouble, error_code) => {
      const session = aSession(`${trouble}-with-a-long-name`);
      const id = await submitAs(session);

      const answer = await (async () => {
        await stage.end(id, session);
        return (await stage.poll(id, session)).text();
      })();

      expect(JSON.parse(answer)).toMatchObject({ status: "failed", error_code });
      expect(answer).toContain(`sg-…${lastFour(session)}`);
      expect(answer).not.toContain(session.replace("sg-", ""));
      expect(stage.calls("submit")).toBe(1);
    },
  );

  it("the error of an expired session says that a wrong prefix has the same effect", async () => {
    // The account lives in the US; the caller says Singapore.
    const session = "sg-demo-us-wrong-prefix-1";
    const id = await submitAs(session);

    const view = await stage.end(id, session);

    expect(view).toMatchObject({ status: "failed", error_code: "session_expired" });
    expect(view.error).toMatch(/expired/);
    expect(view.error).toMatch(/prefix/);
  });

  it("a task fails after one attempt with each of its sessions", async () => {
    const sessions = [aSession("expired"), aSession("expired2"), aSession("expired3")];
    const header = sessions.join(",");
    const id = await submitAs(header);

    expect(await stage.end(id, header)).toMatchObject({ status: "failed", error_code: "session_expired" });
    expect(stage.calls("submit")).toBe(3);
  });
});

it("a session that expires while its job runs does not fail the task if it comes back", async () => {
  const id = await stage.task();
  await stage.queue.deliver();
  stage.simulator.addFault({ endpoint: "history", fault: "ret-1015", times: 3 });

  expect(await stage.end(id)).toMatchObject({ status: "completed" });
  expect(stage.jobs()).toHaveLength(1);
});

it("a session that expires while its job runs and stays so fails the task, which is not submitted on another session", async () => {
  const sessions = [aSession(), aSession()];
  const header = sessions.join(",");
  const id = await submitAs(header);
  await stage.queue.deliver();
  stage.simulator.addFault({ endpoint: "history", fault: "ret-1015", times: 1000 });

  expect(await stage.end(id, header)).toMatchObject({ status: "failed", error_code: "session_expired" });
  expect(stage.jobs()).toHaveLength(1);
});

it("a task is never moved to another session once its submit may have arrived", async () => {
  const header = `${aSession()},${aSession()}`;
  stage.simulator.addFault({ endpoint: "submit", fault: "reset-after" });
  stage.simulator.addFault({ endpoint: "history", fault: "ret-1015", times: 2 });
  const id = await submitAs(header);

  expect(await stage.end(id, header)).toMatchObject({ status: "completed" });
  expect(stage.jobs()).toHaveLength(1);
});

it("the tasks of one header are spread over its sessions", async () => {
  const header = `${aSession()},${aSession()}`;
  for (let n = 0; n < 6; n += 1) await submitAs(header);
  // A delivery shares its calls among all owners in it, and ticks of objects of an earlier test may be among them.
  while (stage.jobs().length < 6 && (await stage.move()));

  const perSession = Map.groupBy(stage.jobs(), ({ session }) => session);
  expect([...perSession.values()].map((jobs) => jobs.length)).toEqual([3, 3]);
});

it("the same sessions in another order, spelling or number are the same owner", async () => {
  const [a, b] = [aSession(), aSession()];
  await submitAs(`${a},${b}`);
  await stage.queue.deliver();
  await submitAs(` ${b.replace("sg-", "SG-")} ,${a}, ${a}`);

  expect(stage.jobs()).toHaveLength(1);
  await stage.queue.deliver();
  expect(stage.jobs()).toHaveLength(2);
  expect(new Set(stage.queue.sent.map(({ body }) => body.owner)).size).toBe(1);
});

it("the same session under another prefix is another owner", async () => {
  await submitAs("sg-demo-sg-one-more");
  await submitAs("hk-demo-sg-one-more");

  const [first, second] = stage.queue.sent;
  expect(second?.body.owner).toEqual(expect.any(String));
  expect(second?.body.owner).not.toBe(first?.body.owner);
});
