/**
 * `npm run batch` over a long file, as a producer meets it: some prompts are refused, some calls fail, the runtime is
 * killed twice and the command twice. Every image is made once and stored once. BATCH_LINES in the environment sets the
 * length of the file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anyFree } from "#scripts/start/any-port.ts";
import { simulatorState } from "./support/caller.ts";
import { restartAfterDowntime } from "./support/downtime.ts";
import { descendantsOf, type Running, startRuntime, startSimulator, temporaryFolder } from "./support/processes.ts";

const root = path.resolve(import.meta.dirname, "../..");
const lines = Number(process.env.BATCH_LINES ?? 120);
const sessions = Array.from({ length: 5 }, (_, index) => `us-demo-us-producer${index}`).join(",");
/** One in twenty is refused, and one in twenty has a fault that passes. */
const faults = ["sim:picture-500-once", "sim:picture-truncated-once", "sim:reset-once", "sim:busy-once"];
const markerOf = (line: number): string => {
  if (line % 20 === 7) return " sim:input-moderated";
  return line % 20 === 13 ? ` ${faults[Math.floor(line / 20) % faults.length]}` : "";
};
const promptOf = (line: number) => `poster ${line}.${markerOf(line)}`;
const isRefused = (line: number) => line % 20 === 7;
const numbers = Array.from({ length: lines }, (_, line) => line);

type Entry = {
  custom_id: string;
  status: string;
  files: { name: string; bytes: number }[];
  error?: { code: string };
};

const folder = temporaryFolder();
const state = path.join(folder.path, "state");
const out = path.join(folder.path, "pictures");
const manifest = path.join(out, "manifest.jsonl");
let simulator: Running;
let api: Running;
let start: Parameters<typeof startRuntime>[0];

beforeAll(async () => {
  const body = numbers.map((line) => JSON.stringify({ custom_id: `p${line}`, prompt: promptOf(line), n: 1 }));
  writeFileSync(path.join(folder.path, "prompts.jsonl"), body.join("\n"));
  simulator = await startSimulator(20);
  const settings = { SESSION_CONCURRENCY: "5" };
  start = { state, upstream: simulator.url, port: await anyFree(), settings };
  api = await startRuntime(start);
});

afterAll(async () => {
  await api?.stop();
  await simulator?.stop();
  folder.remove();
});

function startCommand() {
  const args = ["scripts/bootstrap/run.mjs", "batch", path.join(folder.path, "prompts.jsonl"), "--out", out];
  const child = spawn(process.execPath, [...args, "--url", api.url], {
    cwd: root,
    env: { ...process.env, DREAMINA_SESSION: sessions },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return { child, exited: once(child, "exit"), output: () => output };
}

async function killed({ child, exited }: { child: ChildProcess; exited: Promise<unknown> }): Promise<void> {
  const pid = child.pid ?? 0;
  for (const id of [pid, ...descendantsOf(pid)]) process.kill(id, "SIGKILL");
  await exited;
}

const linesOf = (file: string): Entry[] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Resolves when the manifest has this share of all requests. */
async function untilShare(share: number): Promise<void> {
  const has = () => (existsSync(manifest) ? readFileSync(manifest, "utf8").split("\n").length - 1 : 0);
  while (has() < share * lines) await new Promise((next) => setTimeout(next, 20));
}

it(`${lines} requests of a file end as files or named failures over two kills of the runtime and two of the command, each made once`, async () => {
  let command = startCommand();
  await untilShare(0.1);
  api = await restartAfterDowntime(api, start, 0);
  await untilShare(0.3);
  await killed(command);
  command = startCommand();
  await untilShare(0.5);
  api = await restartAfterDowntime(api, start);
  await untilShare(0.7);
  await killed(command);
  command = startCommand();
  const [exitCode] = await command.exited;
  expect(exitCode, command.output()).toBe(1);

  const entries = linesOf(manifest);
  const failed = numbers.filter(isRefused).length;
  expect(entries.map(({ custom_id }) => custom_id)).toEqual(numbers.map((line) => `p${line}`));
  const ends = entries.map(({ status, error }) => error?.code ?? status);
  expect(ends).toEqual(numbers.map((line) => (isRefused(line) ? "prompt_moderated" : "completed")));

  const files = entries.flatMap((entry) => entry.files);
  expect(files).toHaveLength(lines - failed);
  const others = [".batch.json", "manifest.jsonl"];
  expect(readdirSync(out).toSorted()).toEqual([...files.map(({ name }) => name), ...others].toSorted());
  for (const { name, bytes } of files) {
    const file = readFileSync(path.join(out, name));
    expect([name, file.length, file.subarray(-8, -4).toString()]).toEqual([name, bytes, "IEND"]);
  }

  const { jobs } = await simulatorState(simulator.url);
  const counts = Map.groupBy(jobs, ({ prompt }) => prompt);
  expect([...counts].filter(([, made]) => made.length > 1).map(([prompt]) => prompt)).toEqual([]);
  expect(counts.size).toBe(lines);
  expect(command.output()).not.toContain("producer");
}, 240_000);
