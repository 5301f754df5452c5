import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { State } from "#test/simulator/state.ts";
import { callArk, eventsIn, models } from "./ark-support.ts";
import { aCall, aSubmit, type JobRecord, linksOf, type Parts, paths, send } from "./support.ts";
import { applied, sendBytes } from "./upload-support.ts";

const program = join(import.meta.dirname, "../../simulator/main.ts");

let child: ChildProcess;
let url: string;

async function start(...flags: string[]): Promise<void> {
  child = spawn(process.execPath, [program, "--port", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout ?? child, "data");
  ({ url } = JSON.parse(String(line)));
}
async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
afterEach(kill);

const here = (parts: Parts): Parts => ({ ...parts, origin: parts.origin.replace("https:/", url) });
const control = (path: string, body: unknown) =>
  fetch(`${url}/_sim/${path}`, { method: "POST", body: JSON.stringify(body) });
/** Sends requests for the real hosts to the simulator. */
const client = {
  fetch: (input: Request | URL | string, init?: RequestInit) => {
    const isRequest = typeof input === "object" && "headers" in input;
    const here = (isRequest ? input.url : String(input)).replace("https:/", url);
    return fetch(isRequest ? new Request(here, input) : here, init);
  },
};

const arkState = async () => ((await (await fetch(`${url}/_sim/state`)).json()) as State).ark;

const lookUp = async (submitId: string): Promise<JobRecord> => {
  const parts = here(aCall("sg", "demo-sg", paths.history, { submit_ids: [submitId] }));
  const { data } = await send<Record<string, JobRecord>>(client, parts);
  return data[submitId] as JobRecord;
};

describe("the simulator on a port", () => {
  beforeEach(() => start());

  test("a job runs from submit to image over HTTP", async () => {
    const submitted = await send<{ aigc_data: JobRecord }>(client, here(aSubmit()));
    expect(submitted.ret).toBe("0");
    await control("clock", { advanceSeconds: 20 });
    const submitId = submitted.data.aigc_data.submit_id;
    const [link = ""] = linksOf(await lookUp(submitId));
    expect(link.startsWith(`${url}/p16-dreamina-sign-sg.ibyteimg.com/`)).toBe(true);
    const image = await fetch(link);
    expect(image.headers.get("content-length")).toBe(String((await image.arrayBuffer()).byteLength));
    expect((await fetch(link, { method: "HEAD" })).status).toBe(200);
    await control("faults", { endpoint: "picture", fault: "truncated" });
    await expect((await fetch(link)).arrayBuffer()).rejects.toThrow();
  });

  test("a call of Ark over HTTP is charged although its client hangs up", async () => {
    const hangUp = new AbortController();
    const call = callArk(client, {}, { signal: hangUp.signal });
    await expect.poll(async () => (await arkState()).inFlight).toBe(1);
    hangUp.abort(new Error("gave up"));
    await expect(call).rejects.toThrow("gave up");
    await expect.poll(async () => (await arkState()).ledger).toMatchObject([{ images: 1, outcome: "abandoned" }]);
  });

  test("a stream of Ark over HTTP is complete, and ark:drop-body breaks it", async () => {
    await control("settings", { arkSeconds: 0, pictureDots: 16 });
    const group = { model: models.lite, sequential_image_generation: "auto", stream: true };
    const whole = await callArk(client, { ...group, sequential_image_generation_options: { max_images: 2 } });
    expect(eventsIn(await whole.text()).map(({ event }) => event)).toHaveLength(4);
    const broken = await callArk(client, { ...group, prompt: "ark:drop-body" });
    await expect(broken.text()).rejects.toThrow();
    const plain = await callArk(client, { prompt: "ark:drop-body" });
    await expect(plain.text()).rejects.toThrow();
    await expect(callArk(client, { prompt: "ark:drop-after" })).rejects.toMatchObject({
      cause: { code: "ECONNRESET" },
    });
    expect((await arkState()).ledger.map(({ outcome }) => outcome)).toEqual(["answered", "lost", "lost", "lost"]);
  });

  test("an upload over HTTP is measured and stored, and the fault reset cuts it off", async () => {
    const samples = `${url}/_samples/2000x1000.jpg?bytes=5000000`;
    const bytes = new Uint8Array(await (await fetch(samples)).arrayBuffer());
    const target = await applied(client, bytes.byteLength);
    await control("faults", { endpoint: "uploadBytes", fault: "reset" });
    await expect(sendBytes(client, target, bytes)).rejects.toThrow();
    expect(await (await sendBytes(client, target, bytes)).json()).toMatchObject({ code: 2000 });
    const { uploads } = (await (await fetch(`${url}/_sim/state`)).json()) as { uploads: unknown[] };
    expect(uploads).toMatchObject([{ step: "stored", bytes: 5_000_000, format: "jpeg", width: 2000, height: 1000 }]);
  });

  test("the fault reset-after resets the TCP connection and keeps the job", async () => {
    await control("faults", { endpoint: "submit", fault: "reset-after" });
    const lost = send(client, here(aSubmit()));
    await expect(lost).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    const state = (await (await fetch(`${url}/_sim/state`)).json()) as { jobs: unknown[] };
    expect(state.jobs).toHaveLength(1);
  });

  test("the fault hang keeps its connection silent while others are served", async () => {
    await control("faults", { endpoint: "submit", fault: "hang" });
    const { origin, path, query, headers, body } = here(aSubmit());
    const silent = fetch(`${origin}${path}?${new URLSearchParams(query)}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(300),
    });
    await expect(silent).rejects.toMatchObject({ name: "TimeoutError" });
    expect((await send(client, here(aSubmit()))).ret).toBe("0");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "the simulator ends at once on %s, even with a silent connection",
    async (signal) => {
      await control("faults", { endpoint: "submit", fault: "hang" });
      const silent = send(client, here(aSubmit())).catch(() => "cut");
      child.kill(signal);
      await once(child, "exit");
      expect(await silent).toBe("cut");
    },
  );
});

describe("the simulator with --state", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simulator-"));
    file = join(folder, "state");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("a job accepted just before SIGKILL is found and finishes after the restart", async () => {
    await start("--state", file, "--speed", "0");
    const { data } = await send<{ aigc_data: JobRecord }>(client, here(aSubmit()));
    await kill();
    await start("--state", file, "--speed", "0");
    await control("clock", { advanceSeconds: 20 });
    const record = await lookUp(data.aigc_data.submit_id);
    expect(record).toMatchObject({ history_record_id: data.aigc_data.history_record_id, status: 50 });
    expect((await fetch(linksOf(record)[0] ?? "")).status).toBe(200);
  });

  test("a SIGKILL at any time loses no accepted job", async () => {
    await start("--state", file);
    const accepted: string[] = [];
    const submitOn = async (): Promise<void> => {
      const { ret, data } = await send<{ aigc_data: JobRecord }>(
        client,
        here(aSubmit({ prompt: "sim:instant", count: 1 })),
      );
      if (ret === "0") accepted.push(data.aigc_data.submit_id);
      if (accepted.length === 40) child.kill("SIGKILL");
      return submitOn();
    };
    await Promise.allSettled(Array.from({ length: 4 }, submitOn));
    await kill();
    await start("--state", file);
    expect(accepted.length).toBeGreaterThanOrEqual(40);
    for (const submitId of accepted) expect((await lookUp(submitId)).status).toBe(50);
  });
});
