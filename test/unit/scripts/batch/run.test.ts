import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchFlags } from "#scripts/batch/flags.ts";
import type { Entry } from "#scripts/batch/manifest.ts";
import { createProgress } from "#scripts/batch/progress.ts";
import { runBatch } from "#scripts/batch/run.ts";
import { BatchServer, imageOf } from "#test/support/batch-server.ts";

const secret = "us-secret-of-a-person";
const flagsOf = batchFlags({ name: "npm run batch --", hasLocal: true });
const create = "POST /v1/images/batches";

let server: BatchServer;
let folder: string;

beforeEach(async () => {
  server = new BatchServer();
  await server.start();
  folder = mkdtempSync(path.join(tmpdir(), "batch-"));
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

class Crash extends Error {}

type Options = {
  file?: string;
  args?: string[];
  /** The moment at which the process dies: a wait, counted from 1, or a call of which the answer does not arrive. */
  crashAtSleep?: number;
  crashAfter?: string;
  atSleep?: (count: number) => Promise<void>;
  isTerminal?: boolean;
};

/** One start of the command. */
async function start({
  file: named = "prompts.txt",
  args = [],
  crashAtSleep,
  crashAfter,
  atSleep,
  isTerminal = true,
}: Options = {}) {
  const said: string[] = [];
  const waits: number[] = [];
  let now = 1_800_000_000_000;
  let isDying = false;
  const note = (text: string) => void said.push(text);
  const flags = flagsOf.read([named, "--url", server.url, "--session", secret, ...args]);
  const code = await runBatch(flags, {
    world: {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        if (`${init?.method ?? "GET"} ${new URL(String(input)).pathname}` !== crashAfter) return answer;
        isDying = true;
        await answer.body?.cancel();
        throw new Error("dies");
      },
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
        if (isDying || waits.length === crashAtSleep) throw new Crash();
        await atSleep?.(waits.length);
      },
      now: () => now,
      random: () => 0,
      note,
      isTerminal,
    },
    progress: createProgress({ write: note }, () => now),
    folder,
    readInput: (file) => readFile(file ?? ""),
    startServer: () => Promise.reject(new Error("not here")),
    print: note,
    onExit: () => {},
    whenStopped: () => {},
  }).catch((error: Error) => error);
  return { code, said: said.join("\n"), waits };
}

const write = (lines: string[], name = "prompts.txt") => writeFileSync(path.join(folder, name), lines.join("\n"));
const out = () => path.join(folder, "pictures");
const images = () =>
  readdirSync(out())
    .filter((name) => /^[^.].*\.png$/.test(name))
    .sort();
const manifest = (): Entry[] =>
  readFileSync(path.join(out(), "manifest.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const downloads = () => server.calls.filter((call) => call.startsWith("GET /images/"));
const cats = (count: number) => Array.from({ length: count }, (_, index) => `cat ${index + 1}`);

/** What every whole run leaves: each image once, with all its bytes, and a manifest in the order of the file. */
function expectWhole(count: number) {
  expect(manifest().map(({ custom_id }) => custom_id)).toEqual(
    Array.from({ length: count }, (_, index) => `line-${String(index + 1).padStart(4, "0")}`),
  );
  for (const { task_id, files } of manifest()) {
    for (const [index, { name }] of files.entries()) {
      expect(readFileSync(path.join(out(), name))).toEqual(imageOf(task_id ?? "", index));
    }
  }
  expect(images()).toEqual(
    manifest()
      .flatMap(({ files }) => files.map(({ name }) => name))
      .sort(),
  );
  expect(new Set(downloads()).size).toBe(downloads().length);
}

describe("a run", () => {
  it("every prompt becomes an image with the name of its line, and the exit code is 0", async () => {
    write(cats(5));
    const { code, said } = await start();
    expect([code, images()]).toEqual([0, [1, 2, 3, 4, 5].map((line) => `line-000${line}.png`)]);
    expectWhole(5);
    expect(said).toContain("Sent 5 requests, 20 images, as batch_1.");
    expect(said).toContain("5 of 5 requests completed; 5 images in pictures.");
    expect(manifest()[1]).toEqual({
      ...{ custom_id: "line-0002", line: 2, prompt: "cat 2", task_id: "task_batch_1_2", status: "completed" },
      files: [{ name: "line-0002.png", width: 64, height: 48, bytes: imageOf("task_batch_1_2", 0).length }],
    });
  });

  it("several images of a request are numbered, and --set gives every request the field", async () => {
    write(cats(1));
    await start({ args: ["--set", "n=2"] });
    expect(images()).toEqual(["line-0001-1.png", "line-0001-2.png"]);
  });

  it("images are fetched while others are made", async () => {
    write(cats(10));
    server.endsPerLook = 2;
    await start();
    const firstImage = server.calls.findIndex((call) => call.startsWith("GET /images/"));
    expect(firstImage).toBeLessThan(server.calls.lastIndexOf("GET /v1/images/batches/batch_1"));
    expectWhole(10);
  });

  it("results of a large batch are read once for many ends, and at least every minute for few", async () => {
    const results = "GET /v1/images/batches/batch_1/results";
    write(cats(600));
    server.endsPerLook = 4;
    await start();
    expect(server.countOf(results)).toBeLessThan(60);
    write(cats(200));
    server.retryAfter["retry-after"] = "30";
    server.endsPerLook = 1;
    await start({ args: ["--out", "others"] });
    expect(server.countOf(results.replace("batch_1", "batch_2"))).toBeGreaterThanOrEqual(50);
  });

  it("the credential goes to the API only: not with images, into no file, onto no screen", async () => {
    write([...cats(3), "refused"]);
    const { said } = await start();
    expect([...server.authorizedPaths].filter((one) => one.startsWith("/images/"))).toEqual([]);
    const files = readdirSync(out()).map((name) => readFileSync(path.join(out(), name), "utf8"));
    expect([said, ...files].filter((text) => text.includes(secret))).toEqual([]);
  });

  it("more than 1,000 requests are several batches, each with a key of its own", async () => {
    write(cats(1_203));
    server.endsPerLook = 1_000;
    expect((await start()).code).toBe(0);
    expect(server.batches.map(({ tasks }) => tasks.length)).toEqual([1_000, 203]);
    expectWhole(1_203);
  });

  it("failures are counted by code and named, and the exit code is 1", async () => {
    write(["cat", "refused", "dog"]);
    const { code, said } = await start();
    expect(code).toBe(1);
    expect(said).toMatch(/2 of 3 .*\n1 failed:\n {2}1 × content_refused\n {2}line-0002: The prompt was refused\./);
    expect(said).toContain("--retry-failed");
  });

  it("--retry-failed sends the failed ones again, and no others", async () => {
    write(["cat", "refused", "dog"]);
    await start();
    expect((await start({ args: ["--retry-failed"] })).code).toBe(0);
    expect(manifest().map(({ task_id }) => task_id)).toEqual(["task_batch_1_1", "task_batch_1_2r", "task_batch_1_3"]);
    expectWhole(3);
  });

  it("a retry whose answer was lost is not made twice, also when the request has failed again since", async () => {
    write(["cat", "refused refused"]);
    await start();
    const retry = "POST /v1/images/batches/batch_1/retry";
    server.faultOf = (call, count) => {
      if (call !== retry || count > 1) return null;
      setTimeout(() => Object.assign(server.batches[0]?.tasks[1] ?? {}, { status: "failed" }));
      return "lost";
    };
    const { code } = await start({
      args: ["--retry-failed"],
      atSleep: () => new Promise((later) => setTimeout(later, 5)),
    });
    expect([code, server.countOf(retry), manifest()[1]?.task_id]).toEqual([1, 1, "task_batch_1_2r"]);
  });

  it("a retry that did not arrive is made again", async () => {
    write(["cat", "refused"]);
    await start();
    server.faultOf = (call, count) => (call.endsWith("/retry") && count < 3 ? (count === 1 ? "reset" : 503) : null);
    expect((await start({ args: ["--retry-failed"] })).code).toBe(0);
  });

  it("--retry-failed sends cancelled requests again as a new batch, and those that failed in the cancelled one", async () => {
    write(["cat", "refused", ...cats(4)]);
    await start({ crashAtSleep: 1 });
    const cancelled = await start({ args: ["--cancel"] });
    expect(cancelled.said).toContain(
      "The same arguments with --retry-failed send the failed and cancelled ones again.",
    );
    const { said } = await start({ args: ["--retry-failed"] });
    expect(said).toContain("5 requests of batch_1 failed or were cancelled; they are sent as a new batch.");
    expect(server.batches.map(({ tasks }) => tasks.map(({ request }) => request.custom_id))).toEqual([
      ["line-0001", "line-0002", "line-0003", "line-0004", "line-0005", "line-0006"],
      ["line-0002", "line-0003", "line-0004", "line-0005", "line-0006"],
    ]);
    expect(images()).toHaveLength(5);
    expect((await start({ args: ["--retry-failed"] })).code).toBe(0);
    expect(server.batches).toHaveLength(2);
    expectWhole(6);
  });

  it("what the cancelled batch says later of requests that were sent again does not count", async () => {
    write(cats(4));
    await start({ crashAtSleep: 1 });
    await start({ args: ["--cancel"] });
    rmSync(path.join(out(), "line-0001.png"));
    const look = "GET /v1/images/batches/batch_1";
    const before = server.countOf(look);
    server.faultOf = (call, count) => (call === look && count > before + 1 && count < before + 12 ? 503 : null);
    expect((await start({ args: ["--retry-failed"] })).code).toBe(0);
    expect(manifest().map(({ status }) => status)).toEqual(["completed", "completed", "completed", "completed"]);
  });

  it.each(["--retry-failed", "--cancel", "--new-session"])(
    "%s in a folder that holds no run is refused",
    async (flag) => {
      write(cats(2));
      const { code, said } = await start({ args: [flag] });
      expect([code, said]).toEqual([2, expect.stringMatching(/pictures holds no run; check --out\.$/)]);
      expect([server.calls, readdirSync(folder)]).toEqual([[], ["prompts.txt"]]);
    },
  );

  it("--cancel cancels what has not ended and fetches what has", async () => {
    write(cats(6));
    await start({ crashAtSleep: 1 });
    expect((await start({ args: ["--cancel"] })).code).toBe(1);
    expect(manifest().map(({ status }) => status)).toEqual([
      ...["completed", "completed", "cancelled", "cancelled", "cancelled", "cancelled"],
    ]);
  });

  it("--dry-run shows the prompts and the credits, and sends nothing", async () => {
    write(["a {red|blue} car", ...cats(12)]);
    const { code, said } = await start({ args: ["--dry-run", "--set", "n=2"] });
    expect(code).toBe(0);
    expect(said).toContain("14 requests, 28 images, in one batch. Nothing was sent.\n  line-0001-0001: a red car");
    expect(said).toContain("values of the fields are checked by the server only");
    expect(said).toContain("… and 4 more.\nEstimated: 42 credits");
    expect(server.calls).toEqual(["GET /v1/models"]);
  });
});

describe("an invalid file", () => {
  it("every fault is told with its line, nothing is sent, and the exit code is 2", async () => {
    write(['--prompt "a', "--width 5 --prompt b", "--bogus 1 --prompt c"]);
    const { code, said } = await start();
    expect([code, server.calls]).toEqual([2, []]);
    expect(said).toMatch(/3 faults[\s\S]*line 1: [\s\S]*line 2: [\s\S]*line 3: /);
  });

  it.each([
    ["a wrong header", ["text,n", "a,1"], "prompts.csv"],
    ["no prompt", [""], "prompts.txt"],
    ["a JSON list", ['[{"prompt":"a"}]'], "prompts.txt"],
    ["too many prompts", ["cat", `{${"a|b}{".repeat(14)}a|b}`, "dog"], "prompts.txt"],
  ])("%s: --skip-invalid is not offered, because it does not help", async (_what, lines, name) => {
    write(lines, name);
    const first = await start({ file: name });
    const second = await start({ file: name, args: ["--skip-invalid"] });
    expect([first.code, second.code, server.calls]).toEqual([2, 2, []]);
    expect(first.said + second.said).not.toContain("--skip-invalid");
    expect(first.said).toContain("Nothing was sent. Correct the file and start again.");
  });

  it("fields that the API has nothing like are named, also by --dry-run", async () => {
    write(["prompt,foo", "a,1"], "prompts.csv");
    const { said } = await start({ file: "prompts.csv", args: ["--dry-run"] });
    expect(said).toContain("Ignored, because the API has nothing like it: foo (1 row).");
  });

  it("a file that is not there is told, and the exit code is 2", async () => {
    const { code, said } = await start();
    expect([code, said]).toEqual([2, expect.stringContaining("cannot be read")]);
  });

  it("requests that the server refuses are told with the line of the file, and the exit code is 2", async () => {
    write(["# a comment", "cat", "invalid one", "invalid two"]);
    const { code, said } = await start();
    expect(code).toBe(2);
    expect(said).toMatch(/line 3 \(line-0003\): ratio must be.*\n {2}line 4 \(line-0004\): ratio must be/);
    expect([server.batches, said.includes("--skip-invalid")]).toEqual([[], true]);
  });

  it("when the server refuses all of them, --skip-invalid is not offered", async () => {
    write(["invalid one", "invalid two"]);
    const { code, said } = await start();
    expect([code, said]).toEqual([2, expect.not.stringContaining("--skip-invalid")]);
  });

  it("a file that the server refused may be corrected and started again in the same folder", async () => {
    write(["cat", "invalid one"]);
    await start();
    write(["cat", "dog"]);
    expect((await start()).code).toBe(0);
    expectWhole(2);
  });

  it("in a later batch it is told that the earlier ones go on, and --skip-invalid or --cancel are the ways out", async () => {
    write([...cats(1_000), "invalid one", "dog"]);
    server.endsPerLook = 1_000;
    const { code, said } = await start();
    expect([code, server.batches.length]).toEqual([2, 1]);
    expect(said).toMatch(/line 1001 [\s\S]*1 of 2 batches were sent before and go on.*--skip-invalid.*--cancel/);
    expect((await start({ args: ["--skip-invalid"] })).code).toBe(0);
    expect([server.batches.length, images().length]).toEqual([2, 1_001]);
  });

  it("--skip-invalid sends the others, and the manifest has the reason", async () => {
    write(["cat", "invalid one", "dog"]);
    await start();
    expect((await start({ args: ["--skip-invalid"] })).code).toBe(0);
    expect(manifest().map(({ status }) => status)).toEqual(["completed", "skipped", "completed"]);
    expect(manifest()[1]?.error?.message).toContain("ratio must be");
  });

  it("requests that were left out are known also when the answer that named them was lost", async () => {
    write(["cat", "invalid one", "dog"]);
    server.faultOf = (call, count) => (call.startsWith(create) && count === 1 ? "lost" : null);
    expect((await start({ args: ["--skip-invalid"] })).code).toBe(0);
    expect(manifest().map(({ status }) => status)).toEqual(["completed", "skipped", "completed"]);
  });
});

describe("started again after the process died", () => {
  it.each([1, 2, 3, 4])("at wait %i: nothing is sent twice and nothing downloaded twice", async (crashAtSleep) => {
    write(cats(10));
    expect((await start({ crashAtSleep })).code).toBeInstanceOf(Crash);
    expect((await start()).code).toBe(0);
    expect(server.batches.length).toBe(1);
    expectWhole(10);
  });

  it("between the answer to a submit and its note: the batch is not made twice", async () => {
    write(cats(3));
    expect((await start({ crashAfter: create })).code).toBeInstanceOf(Crash);
    expect((await start()).code).toBe(0);
    expect([server.countOf(create), server.batches.length]).toEqual([2, 1]);
    expectWhole(3);
  });

  it("a half-written image is removed and fetched again; a half-written line of the manifest is dropped", async () => {
    write(cats(4));
    await start({ crashAtSleep: 1 });
    writeFileSync(path.join(out(), ".line-0001.png.part"), "half");
    writeFileSync(path.join(out(), "manifest.jsonl"), '{"custom_id":"line-0', { flag: "a" });
    expect((await start()).code).toBe(0);
    expect(readdirSync(out()).filter((name) => name.endsWith(".part"))).toEqual([]);
    expectWhole(4);
  });

  it("an image that was stored, but not noted, is not fetched again", async () => {
    write(cats(2));
    await start();
    rmSync(path.join(out(), "manifest.jsonl"));
    const before = downloads().length;
    expect((await start()).code).toBe(0);
    expect(downloads().length).toBe(before);
    expectWhole(2);
  });

  it("a whole run that is started again asks the server nothing", async () => {
    write(cats(2));
    await start();
    const before = server.calls.length;
    expect([(await start()).code, server.calls.length]).toEqual([0, before]);
  });

  it("an image that a person deleted is fetched again", async () => {
    write(cats(2));
    await start();
    rmSync(path.join(out(), "line-0002.png"));
    expect([(await start()).code, images().length]).toEqual([0, 2]);
  });

  it("with a changed file it refuses, names both ways out, and sends nothing", async () => {
    write(cats(2));
    await start();
    write(cats(3));
    const { code, said } = await start();
    expect([code, server.countOf(create)]).toEqual([2, 1]);
    expect(said).toMatch(/same arguments as before.*another --out/);
    expect((await start({ args: ["--out", "others"] })).code).toBe(0);
  });

  it("with other sessions it refuses and names --new-session", async () => {
    write(cats(2));
    await start();
    const { code, said } = await start({ args: ["--session", "us-other"] });
    expect([code, said]).toEqual([2, expect.stringContaining("--new-session")]);
  });

  it("with other sessions and --new-session, the completed ones are kept and the rest is sent as a new batch", async () => {
    write(["cat", "refused", ...cats(4)]);
    await start({ crashAtSleep: 1 });
    expect(images()).toHaveLength(1);
    const other = ["--session", "us-other"];
    const { said } = await start({ args: [...other, "--new-session"], crashAtSleep: 1 });
    expect(said).toMatch(/1 completed request is kept, 5 are sent with them\. .*may be made, and charged, twice/);
    await start({ args: other });
    expect(server.batches[1]?.tasks.map(({ request }) => request.custom_id)).toEqual([
      ...["line-0002", "line-0003", "line-0004", "line-0005", "line-0006"],
    ]);
    expect([images().length, server.batches.length]).toEqual([5, 2]);
    expect(manifest().map(({ task_id }) => task_id?.slice(0, 12))).toEqual(
      [1, 2, 2, 2, 2, 2].map((batch) => `task_batch_${batch}`),
    );
    expect((await start({ args: [...other, "--retry-failed"] })).code).toBe(0);
    expectWhole(6);
  });

  it("files of a kept request that were deleted are missed, because the new session cannot fetch them", async () => {
    write(cats(4));
    await start({ crashAtSleep: 1 });
    rmSync(path.join(out(), "line-0001.png"));
    const { code, said } = await start({ args: ["--session", "us-other", "--new-session"] });
    expect([code, said]).toEqual([1, expect.stringContaining("1 of them lacks files there; only the sessions before")]);
  });

  it("when the server refuses the new session, the run of the old one is kept", async () => {
    write(cats(4));
    await start({ crashAtSleep: 1 });
    server.faultOf = (call, count) => (call === create && count === 2 ? 401 : null);
    expect((await start({ args: ["--session", "us-other", "--new-session"] })).code).toBe(2);
    expect((await start()).code).toBe(0);
    expect(server.batches).toHaveLength(1);
    expectWhole(4);
  });
});

describe("faults on the way", () => {
  it.each([
    ["reset", create],
    ["lost", create],
    ["cut", create],
    [500, create],
    [429, create],
    ["reset", "GET /v1/images/batches/batch_1"],
    [503, "GET /v1/images/batches/batch_1"],
    ["cut", "GET /v1/images/batches/batch_1/results"],
    ["lost", "GET /images/task_batch_1_2/0"],
    ["cut", "GET /images/task_batch_1_2/0"],
    ["short", "GET /images/task_batch_1_2/0"],
    ["short", "GET /v1/images/batches/batch_1/results"],
    [500, "GET /images/task_batch_1_2/0"],
  ] as const)("%s at %s is repeated, and the run is whole", async (fault, faulty) => {
    write(cats(4));
    server.faultOf = (call, count) => (call === faulty && count <= 2 ? fault : null);
    expect((await start()).code).toBe(0);
    expect([server.batches.length, images().length]).toEqual([1, 4]);
    for (const { task_id, files } of manifest())
      expect(readFileSync(path.join(out(), files[0]?.name ?? ""))).toEqual(imageOf(task_id ?? "", 0));
  });

  it("the server's Retry-After is obeyed, after a fault and between two looks", async () => {
    write(cats(3));
    server.faultOf = (call, count) => (call === create && count === 1 ? 429 : null);
    server.retryAfter["retry-after"] = "11";
    const { waits } = await start();
    expect(waits[0]).toBe(7_000);
    expect(waits.slice(1)).toEqual(waits.slice(1).map(() => 11_000));
  });

  it("a server that restarts is waited for", async () => {
    write(cats(6));
    const { code, said } = await start({
      atSleep: async (count) => {
        if (count === 1) await server.stop();
        if (count === 5) await server.start();
      },
    });
    expect(code).toBe(0);
    expect(said).toMatch(/ECONNREFUSED.*Trying again for up to 10 minutes/);
    expectWhole(6);
  });

  it("a server that was never there is given up soon, and nothing is noted", async () => {
    write(cats(1));
    await server.stop();
    const { code, waits } = await start();
    expect(String(code)).toMatch(/Given up.* Is it running \(npm start\)\? Is --url right\?$/);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(16_000);
    await server.start();
    expect((await start()).code).toBe(0);
  });

  it("an image that cannot be fetched does not keep the others, and is fetched when the command starts again", async () => {
    write(cats(3));
    server.faultOf = (call) => (call.startsWith("GET /images/task_batch_1_2/") ? 500 : null);
    const first = await start();
    expect([first.code, images()]).toEqual([1, ["line-0001.png", "line-0003.png"]]);
    expect(first.said).toContain("1 is made, but not downloaded");
    server.faultOf = () => null;
    expect((await start()).code).toBe(0);
    expectWhole(3);
  });
});

describe("a refusal", () => {
  it("before anything was sent has the exit code 2, and the server's reason", async () => {
    write(cats(2));
    server.faultOf = (call) => (call === create ? 401 : null);
    const { code, said } = await start();
    expect([code, said]).toEqual([2, expect.stringContaining("The server refuses: not now")]);
  });

  it("after something was sent has the exit code 1", async () => {
    write(cats(2));
    server.faultOf = (call) => (call === "GET /v1/images/batches/batch_1" ? 404 : null);
    expect((await start()).code).toBe(1);
  });
});

describe("a batch that paused itself", () => {
  it("its reason is told once, and after some minutes without a terminal the command ends with an error", async () => {
    write(cats(3));
    server.pausesItself = true;
    const { code, said } = await start({ isTerminal: false });
    expect(String(code)).toMatch(
      /stays paused.* same arguments, once they work again\. With other sessions, add --new-session/,
    );
    expect(said.match(/No session works\. Log in again\./g)).toHaveLength(1);
  });

  it("the progress says that it is paused", async () => {
    write(cats(3));
    server.pausesItself = true;
    const { said } = await start({ isTerminal: false });
    expect(said).toMatch(/^0 of 3 · paused$/m);
    write(cats(2));
    expect((await start({ args: ["--out", "others"], isTerminal: false })).said).not.toContain("paused");
  });

  it("on a terminal it is waited for", async () => {
    write(cats(3));
    server.pausesItself = true;
    const resume = async (count: number) => {
      if (count === 1_000) for (const batch of server.batches) batch.isPaused = false;
    };
    expect((await start({ atSleep: resume })).code).toBe(0);
  });

  it("starting the command again resumes it", async () => {
    write(cats(3));
    server.pausesItself = true;
    await start({ isTerminal: false });
    expect((await start({ isTerminal: false })).code).toBe(0);
    expectWhole(3);
  });
});
