import { describe, expect, it } from "vitest";
import { amountText, estimateOf, estimateText } from "#scripts/batch/estimate.ts";
import { retryAfterMs } from "#scripts/batch/http.ts";
import type { Entry } from "#scripts/batch/manifest.ts";
import { createProgress, textOf } from "#scripts/batch/progress.ts";
import { GaveUp, PassingFault, retrying } from "#scripts/batch/retrying.ts";
import { faultsText, summaryOf } from "#scripts/batch/summary.ts";
import type { World } from "#scripts/batch/world.ts";

const standing = {
  ...{ total: 1_000, completed: 300, failed: 12, cancelled: 0, running: 5, isPaused: false, etaSeconds: null },
};

describe("the line of progress", () => {
  it.each([
    [standing, 42, "312 of 1,000 · 12 failed · 5 running · 42 a minute · 17 min left"],
    [standing, 0, "312 of 1,000 · 12 failed · 5 running"],
    [{ ...standing, etaSeconds: 30, failed: 0, running: 0 }, 5.25, "300 of 1,000 · 5.3 a minute · 30 s left"],
    [{ ...standing, etaSeconds: 7_200 }, 0, "312 of 1,000 · 12 failed · 5 running · 2.0 h left"],
    [{ ...standing, etaSeconds: 0 }, 0, "312 of 1,000 · 12 failed · 5 running"],
    [{ ...standing, isPaused: true, running: 0, etaSeconds: 7 }, 42, "312 of 1,000 · 12 failed · 42 a minute · paused"],
    [{ ...standing, failed: 0, cancelled: 700, running: 0 }, 0, "1,000 of 1,000 · 700 cancelled"],
    [{ ...standing, completed: 988, running: 0, etaSeconds: 9 }, 0, "1,000 of 1,000 · 12 failed"],
  ])("%j at %d a minute", (now, perMinute, text) => {
    expect(textOf(now, perMinute)).toBe(text);
  });

  function drawn(screen: { isTTY: boolean; columns?: number }) {
    const written: string[] = [];
    let now = 0;
    const progress = createProgress({ ...screen, write: (text) => written.push(text) }, () => now);
    const at = (ms: number, completed: number) => {
      now = ms;
      progress.show({ ...standing, failed: 0, running: 0, completed });
    };
    return { written, progress, at };
  }

  it("a terminal's line is drawn over, fits, and gives way to a note", () => {
    const { written, progress, at } = drawn({ isTTY: true, columns: 30 });
    at(0, 500);
    at(100, 501);
    progress.note("hello");
    expect(written).toEqual([
      "████████████░░░░░░░░░░░░ 500 ",
      "\r\x1b[2K",
      "████████████░░░░░░░░░░░░ 501 ",
      "\r\x1b[2K",
      "hello\n",
    ]);
  });

  it("without a terminal there is a line every ten seconds, if anything changed", () => {
    const { written, at } = drawn({ isTTY: false });
    for (const [ms, completed] of [
      [0, 1],
      [9_999, 2],
      [10_000, 3],
      [30_000, 3],
    ] as const)
      at(ms, completed);
    expect(written.map((text) => text.split(" ")[0])).toEqual(["1", "3", "3"]);
    expect(written.every((text) => text.endsWith("\n"))).toBe(true);
  });
});

describe("the summary", () => {
  const entry = (id: number, status: Entry["status"], code = "timeout"): Entry => ({
    ...{ custom_id: `id-${id}`, line: id, prompt: "a", task_id: "t", status },
    files: status === "completed" ? [{ name: "a", width: 1, height: 1, bytes: 1 }] : [],
    ...(status === "failed" && { error: { code, message: `why ${id}` } }),
  });

  it("counts failures by code, the most frequent first, and names the first five", () => {
    const failed = [1, 2, 3, 4, 5, 6].map((id) => entry(id, "failed", id === 1 ? "refused" : "timeout"));
    const { text, isWhole } = summaryOf({
      ...{ total: 8, entries: [...failed, entry(7, "completed"), entry(8, "cancelled")] },
      ...{ undelivered: new Map(), lost: 0, out: "o" },
    });
    expect(isWhole).toBe(false);
    expect(text.split("\n")).toEqual([
      ...["1 of 8 requests completed; 1 image in o.", "1 was cancelled.", "6 failed:"],
      ...["  5 × timeout", "  1 × refused", "  id-1: why 1", "  id-2: why 2", "  id-3: why 3", "  id-4: why 4"],
      ...["  id-5: why 5", "  … all of them are in manifest.jsonl."],
      "The same arguments with --retry-failed send the failed and cancelled ones again.",
    ]);
  });

  it("requests that were left out as asked do not make a run incomplete; one without an end does", () => {
    const entries = [entry(1, "completed"), entry(2, "skipped")];
    const run = { entries, undelivered: new Map(), lost: 0, out: "o" };
    expect([summaryOf({ ...run, total: 2 }).isWhole, summaryOf({ ...run, total: 3 }).isWhole]).toEqual([true, false]);
  });

  it("expired sessions lead to --new-session", () => {
    const of = (code: string) =>
      summaryOf({ total: 1, entries: [entry(1, "failed", code)], undelivered: new Map(), lost: 0, out: "o" }).text;
    expect([of("session_expired").includes("--new-session"), of("timeout").includes("--new-session")]).toEqual([
      true,
      false,
    ]);
  });

  it("requests that --cancel kept from being sent are counted", () => {
    const run = {
      entries: [entry(1, "completed")],
      undelivered: new Map([["id-2", "gone"]]),
      lost: 0,
      out: "o",
      total: 5,
    };
    expect(summaryOf(run).text).toContain("\n3 were not sent. The same arguments send them.");
    expect(summaryOf({ ...run, total: 2 }).text).not.toContain("not sent");
  });

  it("faults are told in the order of their lines, a hundred of them", () => {
    const faults = Array.from({ length: 103 }, (_, index) => ({ line: 103 - index, message: "bad" }));
    const lines = faultsText(faults).split("\n");
    expect([lines[0], lines[99], lines[100]]).toEqual(["  line 1: bad", "  line 100: bad", "  … and 3 more."]);
  });
});

describe("the estimate", () => {
  const models = [
    { id: "dreamina-4.5", aliases: ["jimeng-4.5"], resolutions: ["1k", "2k", "4k"], default_count: 4 },
    { id: "free", resolutions: ["1k"], default_count: 1, credits_per_image: { "1k": 0.25 } },
  ].map((model) => ({ credits_per_image: { "2k": 2, "4k": 5 }, ...model }));
  const requestsWith = (bodies: Record<string, unknown>[]) =>
    bodies.map((body) => ({ customId: "a", line: 1, prompt: "a", body }));

  it.each([
    [{}, 8],
    [{ n: 1 }, 2],
    [{ n: "3", model: "jimeng-4.5", resolution: "4K" }, 15],
    [{ model: "free" }, 0.25],
  ])("%j costs what the model's images cost", (body, credits) => {
    expect(estimateOf(requestsWith([body]), models)).toEqual({ credits, unpriced: 0 });
  });

  it.each([
    [[{}, { n: 2 }, { model: "free" }], "us-a", "3 requests, 7 images"],
    [[{ n: 1 }], "us-a", "1 request, 1 image"],
    [[{ numImages: "3" }, { batch_size: 2, n_iter: 3 }], "us-a", "2 requests, 9 images"],
    [[{ model: "new" }, {}], "us-a", "2 requests, at least 5 images"],
    [[{}, { n: 2 }], "ark-ap-1,ark-ap-2", "2 requests, 3 images"],
  ])("%j of %s are counted", (bodies, credential, want) => {
    expect(amountText(requestsWith(bodies), models, credential)).toBe(want);
  });

  it("requests without a known price are counted, not guessed", () => {
    const bodies = [{ n: 1 }, { resolution: "1k" }, { model: "new" }, { size: "1x1" }];
    const estimate = estimateOf(requestsWith(bodies), models);
    expect(estimate).toEqual({ credits: 2, unpriced: 3 });
    expect(estimateText(estimate, 4)).toMatch(/2 credits.*3 requests have no known price/);
    expect(estimateText({ credits: 1, unpriced: 1 }, 2)).toMatch(/1 credit,.* 1 request has no known price and is not/);
    expect(estimateText({ credits: 0, unpriced: 4 }, 4)).toMatch(/cannot be estimated/);
  });
});

describe("the retry loop", () => {
  function start(faults: Error[], random = 1) {
    const waits: number[] = [];
    const notes: string[] = [];
    let now = 0;
    const world: World = {
      ...{ fetch, now: () => now, random: () => random, note: (text) => notes.push(text), isTerminal: false },
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
      },
    };
    const work = async () => {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return "done";
    };
    return { world, waits, notes, result: retrying(world, { what: "It", patience: 60_000 }, work) };
  }
  const passing = (count: number, options = {}) => Array.from({ length: count }, () => new PassingFault("no", options));

  it("waits twice as long after each fault, up to the longest, with jitter down to half", async () => {
    const whole = start(passing(7));
    await whole.result;
    expect(whole.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000]);
    const half = start(passing(1), 0);
    await half.result;
    expect(half.waits).toEqual([250]);
  });

  it("waits as long as the server asks, but no longer than five minutes", async () => {
    const { waits, result } = start([new PassingFault("no", { retryAfterMs: 9_000 })]);
    expect([await result, waits]).toEqual(["done", [9_000]]);
    const long = start([new PassingFault("no", { retryAfterMs: 1e9 })]);
    await expect(long.result).rejects.toThrow(GaveUp);
  });

  it("tells what to do when it gives up", async () => {
    const { world } = start([]);
    const gone = retrying(world, { what: "It", patience: 0, next: "Is it on?" }, async () => {
      throw new PassingFault("no");
    });
    await expect(gone).rejects.toThrow("It: no. Given up after one attempt. Is it on?");
  });

  it("gives up when its patience ends, or after the attempts that the fault allows", async () => {
    const { waits, notes, result } = start(passing(100));
    await expect(result).rejects.toThrow(/^It: no\. Given up after \d+ attempts/);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(60_000);
    expect(notes).toEqual(["It: no. Trying again for up to 60 seconds."]);
    const few = start(passing(100, { maxAttempts: 3 }));
    await expect(few.result).rejects.toThrow("after 3 attempts");
  });

  it("a fault that cannot pass ends it at once", async () => {
    const { waits, result } = start([new Error("broken")]);
    await expect(result).rejects.toThrow("broken");
    expect(waits).toEqual([]);
  });
});

describe("Retry-After", () => {
  it.each([
    ["5", 5_000],
    [" 0 ", 0],
    [new Date(70_000).toUTCString(), 10_000],
    [new Date(0).toUTCString(), 0],
    ["soon", null],
    ["", null],
  ])("%j is read", (text, want) => {
    expect(retryAfterMs(new Headers({ "retry-after": text }), 60_000)).toBe(want);
  });
});
