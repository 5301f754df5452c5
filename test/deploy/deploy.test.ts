/**
 * `npm run deploy` with the real wrangler against a stand-in for Cloudflare's API: the state of the account afterwards,
 * and what a second run changes.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  bindingsOf,
  expectNoSecretIn,
  keptKey,
  keyOf,
  makeWholeOf,
  outlineOf,
  secretOf,
  setStages,
} from "./support/stage.ts";

const stage = setStages();
/** What test/deploy/destroy.test.ts starts from. */
const whole = setStages();
beforeEach(() => makeWholeOf(whole));
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const secretKeyShape = /^[A-Za-z0-9_-]{43}$/;
const url = "https://dreamina-api.jane.workers.dev";

/** All that is on the account. */
const everything = () => structuredClone(stage.account);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe("a deployment", () => {
  it("deploy makes everything on a fresh account, changes nothing the second time, and only the administrator's key when it is told to", async () => {
    stage.standIn.unwell = 2;
    const first = await stage.desk.run("deploy");

    expect(first.output).toContain(`Deployed: ${url}`);
    expect(first.code).toBe(0);
    expectNoSecretIn(stage, first.output);
    const [records] = stage.account.namespaces;
    expect(stage.account.namespaces).toEqual([{ id: records?.id, title: "dreamina-tasks" }]);
    expect([...stage.account.queues.keys()].toSorted()).toEqual(["dreamina-tasks", "dreamina-tasks-dead"]);
    expect([...stage.account.buckets.keys()].toSorted()).toEqual(["dreamina-images", "dreamina-inputs"]);
    const deleted = { condition: { type: "Age", maxAge: 8 * 24 * 60 * 60 } };
    expect(stage.account.buckets.get("dreamina-inputs")?.rules).toMatchObject([
      { enabled: true, conditions: { prefix: "imgtask_" }, deleteObjectsTransition: deleted },
      { enabled: true, conditions: { prefix: "batch_" }, deleteObjectsTransition: deleted },
    ]);
    for (const name of ["dreamina-api", "dreamina-consumer"]) {
      expect(bindingsOf(stage, name)).toMatchObject({
        TASKS: { type: "kv_namespace", namespace_id: records?.id },
        IMAGES: { type: "r2_bucket", bucket_name: "dreamina-images" },
        INPUTS: { type: "r2_bucket", bucket_name: "dreamina-inputs" },
        TASK_QUEUE: { type: "queue", queue_name: "dreamina-tasks" },
        COORDINATOR: { type: "durable_object_namespace", class_name: "Coordinator" },
        UPSTREAM_ORIGIN: { type: "plain_text", text: "" },
      });
    }
    expect(stage.account.workers.get("dreamina-api")).toMatchObject({ hasAddress: true });
    expect(stage.account.workers.get("dreamina-api")?.assets).toContain("/index.html");
    expect(stage.account.workers.get("dreamina-consumer")).toMatchObject({
      hasAddress: false,
      migrationTag: "v3",
      crons: ["30 16 * * *"],
    });
    expect(stage.account.queues.get("dreamina-tasks")?.consumers).toMatchObject([
      { script: "dreamina-consumer", settings: { batch_size: 5 }, dead_letter_queue: "dreamina-tasks-dead" },
    ]);
    expect(stage.account.queues.get("dreamina-tasks-dead")?.consumers).toMatchObject([{ script: "dreamina-consumer" }]);
    expect(outlineOf(stage)).toEqual(outlineOf(whole));
    // One key, random, in both; a copy for its owner only, and in no other file.
    expect(keyOf(stage, "dreamina-api")).toMatch(secretKeyShape);
    expect(keyOf(stage, "dreamina-consumer")).toBe(keyOf(stage, "dreamina-api"));
    expect(readFileSync(keptKey(stage), "utf8")).toBe(`${keyOf(stage, "dreamina-api")}\n`);
    expect(statSync(keptKey(stage)).mode & 0o777).toBe(0o600);
    const others = filesBelow(stage.desk.state).filter((file) => file !== keptKey(stage));
    for (const file of others) expectNoSecretIn(stage, readFileSync(file, "utf8"));

    // The administrator's key is shown, its hash is kept, on the API worker only.
    const [adminKey = ""] = first.output.match(/adm-[\w-]{32}/) ?? [];
    expect(secretOf(stage, "dreamina-api", "ADMIN_KEY_HASH")).toBe(sha256(adminKey));
    expect(secretOf(stage, "dreamina-consumer", "ADMIN_KEY_HASH")).toBeUndefined();
    for (const file of filesBelow(stage.desk.state)) expect(readFileSync(file, "utf8")).not.toContain(adminKey);

    const before = everything();
    stage.standIn.writes.length = 0;
    const second = await stage.desk.run("deploy");

    expect(second.output).not.toContain("adm-");

    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("dreamina-api: unchanged") });
    expect(stage.standIn.writes).toEqual([]);
    expect(everything()).toEqual(before);

    // Another key for the administrator, and nothing else.
    const secretKey = keyOf(stage, "dreamina-api");
    const third = await stage.desk.run("deploy", ["--new-admin-key"]);

    const [another = ""] = third.output.match(/adm-[\w-]{32}/) ?? [];
    expect(third.output).toContain("+ API worker dreamina-api, with ADMIN_KEY_HASH: deployed");
    expect(third.output).toContain("consumer worker dreamina-consumer: unchanged");
    expect(another).not.toBe(adminKey);
    expect(secretOf(stage, "dreamina-api", "ADMIN_KEY_HASH")).toBe(sha256(another));
    expect(keyOf(stage, "dreamina-api")).toBe(secretKey);
  });

  it("deploy --dry-run says what it would do, and does nothing", async () => {
    const ran = await stage.desk.run("deploy", ["--dry-run"]);

    expect(ran).toMatchObject({ code: 0, output: expect.stringContaining("Nothing was changed.") });
    for (const title of ["KV namespace dreamina-tasks", "queue dreamina-tasks-dead", "bucket dreamina-inputs"]) {
      expect(ran.output).toContain(`+ ${title}: would be made`);
    }
    expect(ran.output).toContain("+ API worker dreamina-api, with SECRET_KEY and ADMIN_KEY_HASH: would be deployed");
    expect(stage.standIn.writes).toEqual([]);
    expect(existsSync(keptKey(stage))).toBe(false);
  });
});
