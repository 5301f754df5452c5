/**
 * The behaviour the client relies on, tested on the simulator or, opt-in, on the real upstream; see upstream-choice.ts.
 */
import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { JobState } from "#shared/upstreams/dreamina/history.ts";
import { defaultUpstreamConfig, findModel } from "#shared/upstreams/index.ts";
import { encodePng } from "#test/simulator/png.ts";
import { chooseUpstream } from "./upstream-choice.ts";

const { isLive, mayGenerate, upstream, session, pass } = chooseUpstream(process.env);

/** Five minutes, for queues at peak hours. */
const maxSeconds = 300;
const pollEverySeconds = 3;
const generateTimeoutMs = 1000 * (maxSeconds + 60);

describe(`the upstream (${isLive ? "live" : "simulated"})`, () => {
  it("a session is alive in its own region", async () => {
    const check = await upstream.checkSession(session);
    expect(check.kind).toBe("alive");
  });

  it("a balance's total is the sum of its gift, purchase and VIP credits", async () => {
    const balance = await upstream.balance(session);
    if (!balance.ok) throw new Error(balance.error.text);
    const { gift, purchase, vip, total } = balance.value;
    expect(gift + purchase + vip).toBe(total);
    for (const amount of [gift, purchase, vip]) expect(amount).toBeGreaterThanOrEqual(0);
  });

  it("a poll leaves out a job that the upstream does not know", async () => {
    const polls = await upstream.poll(session, [{ submitId: randomUUID(), asked: null }]);
    expect(polls).toEqual({ ok: true, value: new Map() });
  });

  it("a cancel of an unknown job is answered with another code than an expired session", async () => {
    const answer = await upstream.cancel(session, "1");
    // The live code is unknown; it must be an answer, and not about the session.
    const verdict = answer.ok ? { answered: true, error: { code: "none" } } : answer.error;
    expect(verdict.answered).toBe(true);
    expect(verdict.error.code).not.toBe("session_expired");
  });

  it("an uploaded image is accepted and named by a URI", { timeout: 120_000 }, async () => {
    const size = { width: 320, height: 320 };
    const dots = { width: 2, height: 2, indexes: Uint8Array.of(0, 1, 1, 0) };
    const bytes = await encodePng(
      dots,
      [
        [240, 220, 190],
        [40, 90, 140],
      ],
      { size },
    );
    const image = await upstream.upload(session, {
      bytes: bytes.byteLength,
      crc32: crc32(bytes).toString(16).padStart(8, "0"),
      body: async () => new Blob([bytes]).stream(),
    });
    if (!image.ok) throw new Error(`${image.error.error.message} ${image.error.text}`);
    expect(image.value.uri).toMatch(/^tos-[\w-]+\/\w+/);
  });

  it.runIf(mayGenerate)(
    "a job for one small image ends with one image that can be downloaded",
    { timeout: generateTimeoutMs },
    async () => {
      const model = findModel(defaultUpstreamConfig.models, "dreamina-4.1");
      if (model === null) throw new Error("no such model");
      const job = {
        submitId: randomUUID(),
        createdAt: Date.now(),
        model,
        prompt: "a plain red circle on white paper",
        negativePrompt: "",
        ratio: "1:1",
        resolution: "1k",
        sampleStrength: 0.5,
        intelligentRatio: false,
        count: 1,
        seed: 1,
        inputs: [],
      } as const;
      const accepted = await upstream.submit(session, job);
      if (!accepted.ok) throw new Error(`${accepted.error.error.message} ${accepted.error.text}`);
      expect(accepted.value.historyId).toMatch(/^\d+$/);

      const state = await terminalState(job.submitId);
      if (state.kind !== "generated") throw new Error(`the job is ${JSON.stringify(state)}`);
      expect(state.historyId).toBe(accepted.value.historyId);
      expect(state.images).toHaveLength(1);
      const image = await upstream.download(state.images[0]?.url ?? "");
      if (!image.ok) throw new Error(image.error.text);
      expect(image.value.headers.get("content-type")).toMatch(/^image\//);
      expect((await image.value.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    },
  );
});

/** Polls until the job is no longer generating. */
async function terminalState(submitId: string): Promise<JobState> {
  for (let seconds = 0; seconds < maxSeconds; seconds += pollEverySeconds) {
    await pass(pollEverySeconds);
    const polls = await upstream.poll(session, [{ submitId, asked: 1 }]);
    const poll = polls.ok ? polls.value.get(submitId) : undefined;
    if (poll?.ok && poll.value.kind !== "generating") return poll.value;
  }
  throw new Error(`the job did not end within ${maxSeconds} seconds`);
}
