import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "#scripts/batch/lock.ts";
import { type Entry, openManifest } from "#scripts/batch/manifest.ts";
import { differenceOf, newState, readState, saveState } from "#scripts/batch/state.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "out-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = (name: string) => path.join(folder, name);

describe("the lock of an out folder", () => {
  it("a second command is refused with the first one's process, until the first has ended", () => {
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(new RegExp(`process ${process.pid} on .*another --out`));
    release();
    release();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("the lock of a process that died is taken over", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(file(".batch.lock"), JSON.stringify({ pid, host: hostname() }));
    const release = lockFolder(folder);
    expect(JSON.parse(readFileSync(file(".batch.lock"), "utf8")).pid).toBe(process.pid);
    release();
  });

  it("a lock that another command put in place of a stale one stays", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const other = JSON.stringify({ pid: process.ppid, host: hostname() });
    writeFileSync(file(".batch.lock"), JSON.stringify({ pid, host: hostname() }));
    const takeFirst = () => {
      writeFileSync(file(".batch.lock"), other);
      return false;
    };
    expect(() => lockFolder(folder, process.pid, takeFirst)).toThrow("Another batch command");
    expect(readFileSync(file(".batch.lock"), "utf8")).toBe(other);
    expect(readdirSync(folder)).toEqual([".batch.lock"]);
  });

  it("the lock of another machine is kept, because its processes cannot be seen", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(file(".batch.lock"), JSON.stringify({ pid, host: "elsewhere" }));
    expect(() => lockFolder(folder)).toThrow("on elsewhere");
  });

  it("a lock that another command has taken over is not released", () => {
    const release = lockFolder(folder);
    const other = JSON.stringify({ pid: 1, host: hostname() });
    writeFileSync(file(".batch.lock"), other);
    release();
    expect(readFileSync(file(".batch.lock"), "utf8")).toBe(other);
  });
});

const request = (customId: string) => ({ customId, line: 1, prompt: "a", body: { custom_id: customId, prompt: "a" } });
const requests = [request("b"), request("a")];
const named = { server: "http://a", credential: "us-1,us-2" };

describe("the state of a run", () => {
  it("is read as it was saved, and each part has a key of its own", () => {
    const places = [[0], [1]];
    const state = newState(requests, places, named);
    saveState(folder, state);
    expect(readState(folder)).toEqual(state);
    expect(new Set(state.parts.map(({ key }) => key)).size).toBe(2);
    expect(newState(requests, places, named).parts[0]?.key).not.toBe(state.parts[0]?.key);
    expect(readFileSync(file(".batch.json"), "utf8")).not.toContain("us-1");
  });

  it("an empty folder has none; that of another version is refused", () => {
    expect(readState(folder)).toBe(null);
    writeFileSync(file(".batch.json"), '{"version":3}');
    expect(() => readState(folder)).toThrow("another version");
  });

  it.each([
    ["the same", requests, named, null],
    ["the same sessions in another order", requests, { ...named, credential: "us-2, us-1" }, null],
    ["fewer requests", requests.slice(1), named, /other requests.*Two ways out/],
    ["requests in another order", requests.toReversed(), named, /other requests/],
    ["another server", requests, { ...named, server: "http://b" }, /another server, http:\/\/a/],
    ["another session", requests, { ...named, credential: "us-1" }, /other sessions.*--new-session/],
  ])("%s: it tells whether the run can go on", (_what, now, arguments_, want) => {
    const difference = differenceOf(newState(requests, [], named), now, { ...arguments_, folder });
    if (want === null) expect(difference).toBe(null);
    else expect(difference?.message).toMatch(want);
    expect(difference?.ofSessions ?? false).toBe(want?.source.includes("sessions") ?? false);
  });

  it("of the first version is read", () => {
    const first = { first: 3, count: 2, key: "k", batchId: "batch_1", skipped: [{ line: 2, message: "bad" }] };
    writeFileSync(
      file(".batch.json"),
      JSON.stringify({ ...newState(requests, [], named), version: 1, parts: [first] }),
    );
    expect(readState(folder)).toEqual({
      ...newState(requests, [], named),
      parts: [{ places: [3, 4], key: "k", batchId: "batch_1", skipped: [{ place: 4, message: "bad" }] }],
    });
  });
});

describe("the manifest", () => {
  const entry = (id: string, status: Entry["status"] = "completed"): Entry => ({
    ...{ custom_id: id, line: 1, prompt: "a", task_id: `task-${id}`, status, files: [] },
  });
  const ids = () =>
    readFileSync(file("manifest.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).custom_id);

  it("has a line as soon as a request ends, and at the end all of them in the order of the input", () => {
    const manifest = openManifest(folder, requests);
    for (const id of ["a", "b"]) manifest.add(entry(id));
    expect(ids()).toEqual(["a", "b"]);
    manifest.finish();
    expect(ids()).toEqual(["b", "a"]);
  });

  it("is read again; the later of two lines counts; an unfinished line is dropped before others are added", () => {
    const lines = [entry("a", "failed"), entry("a"), entry("b", "failed")].map((one) => JSON.stringify(one));
    writeFileSync(file("manifest.jsonl"), `${lines.join("\n")}\n{"custom_id":`);
    const manifest = openManifest(folder, requests);
    expect(manifest.get("a")?.status).toBe("completed");
    manifest.add(entry("b"));
    expect(
      openManifest(folder, requests)
        .entries()
        .map(({ status }) => status),
    ).toEqual(["completed", "completed"]);
  });

  it("an unfinished line alone is dropped as well", () => {
    writeFileSync(file("manifest.jsonl"), '{"custom_id":');
    openManifest(folder, requests).add(entry("a"));
    expect(ids()).toEqual(["a"]);
  });

  it("the failed ones can be forgotten, on the disk too", () => {
    const manifest = openManifest(folder, requests);
    manifest.add(entry("a", "failed"));
    manifest.add(entry("b"));
    manifest.drop(["failed"]);
    expect(ids()).toEqual(["b"]);
  });
});
