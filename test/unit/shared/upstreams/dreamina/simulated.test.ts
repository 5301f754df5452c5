/** The client against the simulator, which was written from the same evidence and shares no code with it. */

import { describe, expect, it } from "vitest";
import { ratios } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import type { JobState } from "#shared/upstreams/dreamina/history.ts";
import { defaultUpstreamConfig, offerOf, sizeOf } from "#shared/upstreams/index.ts";
import { aFreshJob, demo, modelNamed, setUpstreamStage as stage } from "#test/support/simulated-upstream.ts";

describe.each(regionIds)("a job in %s", (region) => {
  it.each([undefined, "http://127.0.0.1:9000"])("a job goes from submit to images (origin %s)", async (origin) => {
    const { simulator, upstream, pass, poll } = stage({}, origin);
    const [session, job] = [demo(region), aFreshJob()];
    const accepted = await upstream.submit(session, job);
    expect(accepted).toMatchObject({ ok: true, value: { forecastSeconds: 23, planned: null } });

    expect(await poll(session, job.submitId)).toBeNull();
    const counts: number[] = [];
    for (let state = null as JobState | null; state?.kind !== "generated" && counts.length < 30; ) {
      pass(1);
      state = await poll(session, job.submitId);
      expect(state?.kind).not.toBe("failed");
      expect(state?.historyId).toBe(accepted.ok && accepted.value.historyId);
      counts.push(state !== null && "images" in state ? state.images.length : 0);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4]));

    const state = await poll(session, job.submitId);
    const images = state?.kind === "generated" ? state.images : [];
    expect(new Set(images.map(({ source }) => source)).size).toBe(4);
    for (const image of images) {
      expect(image).toMatchObject(sizeOf(modelNamed("dreamina-4.5"), "2k", "16:9"));
      const downloaded = await upstream.download(image.url);
      expect(downloaded.ok && downloaded.value.headers.get("content-type")).toBe("image/png");
      if (downloaded.ok) await downloaded.value.body?.cancel();
    }
    expect(simulator.state().jobs).toHaveLength(1);
  });
});

describe("a request", () => {
  it.each(defaultUpstreamConfig.models.map(({ id }) => id))(
    "the model %s is accepted in every resolution it lists, wherever it exists",
    async (id) => {
      const { simulator, upstream } = stage({ defaultConcurrency: 100, defaultCredits: 10_000 });
      const model = modelNamed(id);
      const keys: string[] = [];
      for (const cluster of ["cn", "us", "sg"] as const) {
        const offer = offerOf(model, cluster);
        for (const resolution of offer?.resolutions ?? []) {
          keys.push(offer?.key ?? "");
          const ratio = offer?.ratios[0] ?? "1:1";
          const answer = await upstream.submit(demo(cluster), aFreshJob({ model, resolution, ratio }));
          expect(answer, `${cluster} ${resolution}`).toMatchObject({ ok: true });
        }
      }
      expect(keys).not.toEqual([]);
      expect(simulator.state().jobs.map((job) => job.model)).toEqual(keys);
    },
  );

  it("every ratio in every resolution makes images of that shape", async () => {
    const { simulator, upstream } = stage({ defaultConcurrency: 100 });
    for (const resolution of modelNamed("dreamina-4.5").resolutions) {
      for (const ratio of ratios) {
        const answer = await upstream.submit(
          demo("sg"),
          aFreshJob({ resolution, ratio, prompt: `${resolution} ${ratio}` }),
        );
        expect(answer.ok, `${resolution} ${ratio}`).toBe(true);
      }
    }
    for (const { prompt, width, height } of simulator.state().jobs) {
      const shape = prompt.split(" ")[1]?.split(":").map(Number) ?? [];
      expect(width / height / ((shape[0] ?? 0) / (shape[1] ?? 0)), prompt).toBeCloseTo(1, 2);
    }
  });

  it.each([1, 2, 4])("%i images are made when that many are requested", async (count) => {
    const { upstream, pass, poll } = stage();
    const job = aFreshJob({ count });
    await upstream.submit(demo("sg"), job);
    pass(14);
    const state = await poll(demo("sg"), job.submitId);
    expect(state?.kind === "generated" && state.images).toHaveLength(count);
  });

  it.each([5, 8])("%i images are made after a continue, in the same record", async (count) => {
    const { simulator, upstream, pass, poll } = stage();
    const job = aFreshJob({ count });
    const accepted = await upstream.submit(demo("sg"), job);
    const historyId = (accepted.ok && accepted.value.historyId) || "";
    pass(60);
    expect(await poll(demo("sg"), job.submitId)).toMatchObject({ kind: "generating", planned: count, finished: 4 });

    expect(await upstream.continueJob(demo("sg"), job, historyId)).toMatchObject({ ok: true });
    pass(60);
    const state = await poll(demo("sg"), job.submitId);
    expect(state?.kind === "generated" && state.images).toHaveLength(count);
    expect(simulator.state().jobs).toHaveLength(1);
  });

  it("a continue of another account, or of a job that is not stalled, is refused", async () => {
    const { upstream, pass } = stage();
    const job = aFreshJob({ count: 8 });
    const accepted = await upstream.submit(demo("sg"), job);
    const historyId = (accepted.ok && accepted.value.historyId) || "";
    expect(await upstream.continueJob(demo("sg"), job, historyId)).toMatchObject({ ok: false });
    pass(60);
    expect(await upstream.continueJob(demo("sg", "other"), job, historyId)).toMatchObject({ ok: false });
  });

  it("a submit without a ratio, which the model chooses, is accepted", async () => {
    const { upstream } = stage();
    expect((await upstream.submit(demo("sg"), aFreshJob({ intelligentRatio: true }))).ok).toBe(true);
  });
});

describe("a refused submit", () => {
  it.each([
    ["nocredit", "session", "insufficient_credits"],
    ["limit", "session", "insufficient_credits"],
    ["expired", "session", "session_expired"],
    ["risk", "session", "risk_control"],
    ["punished", "session", "risk_control"],
    ["full", "full", "rate_limited"],
    ["throttled", "again", "rate_limited"],
  ])(
    "a submit of an account with a fault (%s) is refused as %s, %s, in every region",
    async (trouble, verdict, code) => {
      const { simulator, upstream } = stage();
      for (const region of regionIds) {
        const answer = await upstream.submit(demo(region, trouble), aFreshJob());
        expect(answer, region).toMatchObject({ ok: false, error: { verdict, answered: true, error: { code } } });
      }
      expect(simulator.state().jobs).toEqual([]);
    },
  );

  it("a submit of a session with the wrong prefix is refused as of an expired session", async () => {
    const { upstream } = stage();
    const answer = await upstream.submit({ region: "us", sessionId: "demo-sg" }, aFreshJob());
    expect(answer).toMatchObject({ error: { verdict: "session", error: { code: "session_expired" } } });
  });

  it("a submit without the browser's own parameters is risk control, on international sites only", async () => {
    const { upstream } = stage({ antiBot: true });
    expect((await upstream.submit(demo("cn"), aFreshJob())).ok).toBe(true);
    for (const region of ["us", "hk", "jp", "sg"] as const) {
      const answer = await upstream.submit(demo(region), aFreshJob());
      expect(answer).toMatchObject({ error: { verdict: "session", answered: true, error: { code: "risk_control" } } });
    }
  });

  it("a submit refused by HTTP 429 is answered", async () => {
    const { simulator, upstream } = stage();
    simulator.addFault({ endpoint: "submit", fault: "429" });
    const answer = await upstream.submit(demo("sg"), aFreshJob());
    expect(answer).toMatchObject({ error: { answered: true, error: { code: "rate_limited" } } });
  });

  it.each(["987654", "1057", "3018", "1063"])("a submit refused with the code %s keeps that code", async (code) => {
    const { upstream } = stage();
    const answer = await upstream.submit(demo("sg"), aFreshJob({ prompt: `a fox sim:ret-${code}` }));
    expect(answer).toMatchObject({ error: { answered: true, error: { upstream: { ret: code } } } });
  });
});

describe("a lost answer", () => {
  const losses = ["reset", "500", "502", "503", "504", "html", "empty", "broken-json", "403", "truncated"] as const;

  it.each(losses)("a submit whose answer is lost (%s) stays open, and its job is found by its id", async (loss) => {
    const { simulator, upstream, pass, poll } = stage();
    simulator.addFault({ endpoint: "submit", fault: loss === "truncated" ? loss : `${loss}-after` });
    const job = aFreshJob();
    const answer = await upstream.submit(demo("sg"), job);
    expect(answer).toMatchObject({ ok: false, error: { verdict: "again", answered: false } });
    pass(2);
    expect(await poll(demo("sg"), job.submitId)).toMatchObject({ kind: "generating" });
    expect(simulator.state().jobs).toHaveLength(1);
  });

  it("a submit that is lost before it takes effect is unanswered, and no job is found", async () => {
    const { simulator, upstream, pass, poll } = stage();
    simulator.addFault({ endpoint: "submit", fault: "reset" });
    const job = aFreshJob();
    expect(await upstream.submit(demo("sg"), job)).toMatchObject({ error: { answered: false } });
    pass(60);
    expect(await poll(demo("sg"), job.submitId)).toBeNull();
  });

  it("a submit answered without the history id is accepted, and its job is found", async () => {
    const { simulator, upstream, pass, poll } = stage();
    simulator.addFault({ endpoint: "submit", fault: "missing-id" });
    const job = aFreshJob();
    expect(await upstream.submit(demo("sg"), job)).toMatchObject({ ok: true, value: { historyId: null } });
    pass(3);
    expect(await poll(demo("sg"), job.submitId)).toMatchObject({ kind: "generating" });
  });

  it.each(losses)("a poll whose answer is lost (%s) reveals nothing about the job", async (loss) => {
    const { simulator, upstream } = stage();
    const job = aFreshJob();
    await upstream.submit(demo("sg"), job);
    simulator.addFault({ endpoint: "history", fault: loss });
    const answer = await upstream.poll(demo("sg"), [{ submitId: job.submitId, asked: null }]);
    expect(answer).toMatchObject({ ok: false, error: { verdict: "again", answered: false } });
  });
});

describe("a job with an unusual state", () => {
  const ended = async (scenario: string, seconds = 14) => {
    const { upstream, pass, poll } = stage();
    const job = aFreshJob({ prompt: `a fox sim:${scenario}` });
    expect((await upstream.submit(demo("cn"), job)).ok).toBe(true);
    pass(seconds);
    return poll(demo("cn"), job.submitId);
  };

  it.each([
    ["input-moderated", "prompt_moderated"],
    ["output-moderated", "output_moderated"],
    ["failed", "upstream_failed"],
    ["empty-code", "output_moderated"],
    ["deleted", "upstream_failed"],
    ["fail-4011", "input_moderated"],
    ["fail-987654", "upstream_failed"],
  ])("a job that goes the way %s fails with %s", async (scenario, code) => {
    expect(await ended(scenario)).toMatchObject({ kind: "failed", failure: { error: { code } } });
  });

  it.each([
    ["partial", 3],
    ["two", 2],
    ["no-images", 0],
    ["failed-with-images", 2],
  ])("a job that goes the way %s is done with %i images", async (scenario, count) => {
    const state = await ended(scenario);
    expect(state?.kind === "generated" && state.images).toHaveLength(count);
  });

  it("a partial job still has the number of planned images", async () => {
    expect(await ended("partial")).toMatchObject({ planned: 4 });
  });

  it("a queued job has its position, lower each time", async () => {
    const { upstream, pass, poll } = stage();
    const job = aFreshJob({ prompt: "a fox sim:queued" });
    await upstream.submit(demo("cn"), job);
    const places: number[] = [];
    for (let moves = 0; moves < 4; moves += 1) {
      pass(4);
      const state = await poll(demo("cn"), job.submitId);
      if (state?.kind !== "generating" || state.queuePosition === null) throw new Error("not in a queue");
      places.push(state.queuePosition);
    }
    expect(places).toEqual(places.toSorted((a, b) => b - a));
    expect(new Set(places).size).toBeGreaterThan(1);
    pass(10);
    expect(await poll(demo("cn"), job.submitId)).toMatchObject({ kind: "generating", queuePosition: null });
  });

  it.each(["stuck", "slow", "queued"])("a %s job is still running when others are done", async (scenario) => {
    expect(await ended(scenario)).toMatchObject({ kind: "generating" });
  });

  it("a job with an unknown status is running", async () => {
    const { simulator, upstream, poll, pass } = stage();
    const job = aFreshJob();
    await upstream.submit(demo("sg"), job);
    pass(5);
    simulator.addFault({ endpoint: "history", fault: "unknown-status" });
    expect(await poll(demo("sg"), job.submitId)).toMatchObject({ kind: "generating", status: 77 });
  });

  it("an invisible job is never found", async () => {
    expect(await ended("invisible", 3600)).toBeNull();
  });

  it("a job of another account is not found", async () => {
    const { upstream, pass, poll } = stage();
    const job = aFreshJob();
    await upstream.submit(demo("sg"), job);
    pass(20);
    expect(await poll({ region: "sg", sessionId: "demo-sg-other" }, job.submitId)).toBeNull();
  });
});

describe("many jobs of one session", () => {
  it("many jobs of one session are polled in one call", async () => {
    const { simulator, upstream, pass } = stage();
    const jobs = Array.from({ length: 5 }, () => aFreshJob());
    for (const job of jobs) await upstream.submit(demo("jp"), job);
    pass(14);
    const answer = await upstream.poll(
      demo("jp"),
      jobs.map(({ submitId }) => ({ submitId, asked: null })),
    );
    expect(answer.ok && [...answer.value.values()].every((one) => one.ok && one.value.kind === "generated")).toBe(true);
    expect(simulator.state().calls).toMatchObject({ submit: 5, history: 1 });
  });
});

describe("a link", () => {
  it("a link that has expired may be repeated", async () => {
    const { upstream, pass, poll } = stage({ linkLifeSeconds: 0 });
    const job = aFreshJob();
    await upstream.submit(demo("sg"), job);
    pass(14);
    const state = await poll(demo("sg"), job.submitId);
    const url = state?.kind === "generated" ? state.images[0]?.url : undefined;
    expect(await upstream.download(url ?? "")).toMatchObject({ ok: false, error: { verdict: "again" } });
  });

  it("an image's link differs between polls, but its source does not", async () => {
    const { upstream, pass, poll } = stage();
    const job = aFreshJob({ prompt: "a fox sim:stale-links-once" });
    await upstream.submit(demo("sg"), job);
    pass(14);
    const [one, other] = [await poll(demo("sg"), job.submitId), await poll(demo("sg"), job.submitId)];
    if (one?.kind !== "generated" || other?.kind !== "generated") throw new Error("not done");
    expect(one.images.map(({ source }) => source)).toEqual(other.images.map(({ source }) => source));
    expect(one.images.map(({ url }) => url)).not.toEqual(other.images.map(({ url }) => url));
    expect((await upstream.download(one.images[0]?.url ?? "")).ok).toBe(false);
    expect((await upstream.download(other.images[0]?.url ?? "")).ok).toBe(true);
  });
});
