/** The health of a session counts for all tasks: pauses, cool-downs, full slots, and recovery. */
import { beforeEach, describe, expect, it } from "vitest";
import { aSession, call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

async function submit(authorization: string, body: object = {}): Promise<string> {
  const answer = await call("/v1/images/generations", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ prompt: "a lighthouse", resolution: "1k", n: 1, ...body }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

describe("a session under risk control", () => {
  it("a session under risk control is used once for all waiting tasks, then paused for a minute", async () => {
    const session = aSession("risk");
    const ids = [await submit(session), await submit(session), await submit(session)];
    await stage.queue.deliver();
    const asked = stage.calls("submit");
    expect(await stage.view(ids[0] ?? "", session)).toMatchObject({ status: "failed", error_code: "risk_control" });

    const later = await submit(session);
    expect(await stage.view(later, session)).toMatchObject({ status: "pending", queue_position: 1 });
    stage.advance(30);
    await stage.view(later, session);
    expect(stage.calls("submit")).toBe(asked);

    expect(await stage.end(later, session)).toMatchObject({ status: "failed", error_code: "risk_control" });
    expect(stage.calls("submit")).toBe(asked + 1);
  });
});

describe("a paused session", () => {
  it("a session without credits is not used for later tasks when another session works", async () => {
    const [bad, good] = [aSession("nocredit"), aSession("good")];
    const both = `${bad},${good}`;
    for (let count = 0; count < 6; count += 1) {
      const id = await submit(both);
      expect(await stage.end(id, both)).toMatchObject({ status: "completed" });
    }
    const submits = stage.calls("submit");
    expect(submits).toBeLessThanOrEqual(7);
  });

  it("an expired session is probed after a minute; then all waiting tasks fail and name the session", async () => {
    const session = aSession("expired");
    const ids: string[] = [];
    for (let count = 0; count < 8; count += 1) ids.push(await submit(session));
    await stage.queue.deliver();
    const asked = stage.calls("submit");
    expect(await stage.view(ids[7] ?? "", session)).toMatchObject({ status: "pending" });

    const views = [];
    for (const id of ids) views.push(await stage.end(id, session));

    for (const view of views) {
      expect(view).toMatchObject({ status: "failed", error_code: "session_expired" });
      expect(view.error).toContain("session sg-…");
    }
    expect(stage.calls("submit")).toBe(asked + 1);
  });

  it("a session without credits is probed after a minute, because credits may have been bought", async () => {
    const session = aSession("nocredit");
    await stage.end(await submit(session), session);
    stage.simulator.addAccount({ session: session.slice(3), cluster: "sg", credits: 100 });
    stage.advance(61);

    expect(await stage.end(await submit(session), session)).toMatchObject({ status: "completed" });
  });
});

describe("the daily credits", () => {
  it("the daily credits are claimed when credits run out on the Chinese site, and the task continues", async () => {
    const session = "demo-cn-nocredit-gift";
    expect(await stage.end(await submit(session), session)).toMatchObject({ status: "completed" });
    expect(stage.calls("claim")).toBe(1);
  });

  it("credits that were claimed before are claimed only once, and the task fails for lack of credits", async () => {
    const session = "demo-cn-claimed-anna";
    stage.simulator.addAccount({ session, cluster: "cn", credits: 0, scenario: "claimed" });
    expect(await stage.end(await submit(session), session)).toMatchObject({ error_code: "insufficient_credits" });
    expect(stage.calls("claim")).toBe(1);
  });

  it("the daily credits are not claimed on an international site", async () => {
    const session = aSession("nocredit");
    await stage.end(await submit(session), session);
    expect(stage.calls("claim")).toBe(0);
  });
});

it("a waiting task has the reason of its wait", async () => {
  const session = aSession("full");
  const id = await submit(session);
  await stage.queue.deliver();
  expect(await stage.view(id, session)).toMatchObject({
    status: "pending",
    queue_position: 1,
    waiting_for: expect.stringContaining("jobs"),
    waiting_code: "rate_limited",
  });
});
