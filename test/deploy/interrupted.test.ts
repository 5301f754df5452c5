/** Deployments that were cut short: the next run finishes them, here or on another machine. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aDesk } from "./support/run.ts";
import { bindingsOf, expectNoSecretIn, keptKey, keyOf, setStages, versionOf } from "./support/stage.ts";

const stage = setStages();
const secretKeyShape = /^[A-Za-z0-9_-]{43}$/;
const url = "https://dreamina-api.jane.workers.dev";

/** Everything but the Workers, as a run leaves it that stops there. */
function aHalfMadeAccount() {
  stage.account.namespaces.push({ id: "f".repeat(32), title: "dreamina-tasks" });
  stage.account.queues.set("dreamina-tasks", { id: "1".repeat(32), consumers: [] });
  stage.account.queues.set("dreamina-tasks-dead", { id: "2".repeat(32), consumers: [] });
  for (const name of ["dreamina-images", "dreamina-inputs"]) {
    const rules = [{ id: "leftovers", enabled: true, conditions: {}, deleteObjectsTransition: { condition: {} } }];
    stage.account.buckets.set(name, { rules, domains: [], objects: [] });
  }
}

describe("interrupted deployments", () => {
  it("a deployment or a change of the key that was cut short is finished by the next run, with the same key", async () => {
    aHalfMadeAccount();
    stage.account.failing.push(/PUT \/workers\/scripts\/dreamina-api$/);
    const choices = ["--plan", "paid", "--images-domain", "pics.example.com"];
    const first = await stage.desk.run("deploy", choices);

    expect(first.code).toBe(1);
    expect(first.output).toContain("✗ API worker dreamina-api");
    expect(first.output).toContain("run npm run deploy once more");
    const key = keyOf(stage, "dreamina-consumer");
    expect(key).toMatch(secretKeyShape);

    stage.standIn.writes.length = 0;
    const second = await stage.desk.run("deploy");

    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("dreamina-consumer: unchanged") });
    expect(stage.standIn.writes.filter((write) => write.includes("dreamina-consumer"))).toEqual([]);
    expect(keyOf(stage, "dreamina-api")).toBe(key);
    expect(stage.account.buckets.get("dreamina-images")?.domains).toEqual(["pics.example.com"]);
    expect(bindingsOf(stage, "dreamina-api")).toMatchObject({
      PUBLIC_IMAGE_BASE_URL: { text: "https://pics.example.com" },
    });
    expect(versionOf(stage, "dreamina-consumer")?.limits).toEqual({ cpu_ms: 30_000 });
    expect(stage.account.queues.get("dreamina-tasks")?.consumers).toMatchObject([{ settings: { batch_size: 20 } }]);

    versionOf(stage, "dreamina-api")?.secrets.set("DEFAULT_SESSIONS", "put there by hand");
    stage.account.failing.push(/POST \/workers\/scripts\/dreamina-api\/versions$/);
    expect(await stage.desk.run("deploy", ["--new-key"])).toMatchObject({ code: 1 });
    const renewed = keyOf(stage, "dreamina-consumer");
    expect(renewed).not.toBe(key);

    expect(await stage.desk.run("deploy")).toMatchObject({ code: 0 });

    // Not a third one; and the first is still understood.
    expect([keyOf(stage, "dreamina-consumer"), keyOf(stage, "dreamina-api")]).toEqual([renewed, renewed]);
    for (const name of ["dreamina-consumer", "dreamina-api"]) {
      expect(versionOf(stage, name)?.secrets.get("PREVIOUS_SECRET_KEY")).toBe(key);
    }
    expect(versionOf(stage, "dreamina-api")?.secrets.get("DEFAULT_SESSIONS")).toBe("put there by hand");
    expect(readFileSync(keptKey(stage), "utf8")).toBe(`${renewed}\n`);
  });

  it("a deployment that was cut short can be finished from another machine, with the same names and choices", async () => {
    aHalfMadeAccount();
    stage.account.subdomain = undefined;
    stage.account.failing.push(/POST \/queues\/2+\/consumers$/);
    const choices = ["--plan", "paid", "--images-domain", "pics.example.com"];
    await stage.desk.run("deploy", ["--subdomain", "jane", ...choices]);
    const key = keyOf(stage, "dreamina-consumer");
    expect(stage.account.queues.get("dreamina-tasks-dead")?.consumers).toEqual([]);

    const other = aDesk(stage.standIn, stage.account.token);
    const ran = await other.run("deploy", [], { SECRET_KEY: key ?? "" });
    other.tidy();

    expect(ran).toMatchObject({ code: 0, output: expect.stringContaining(`Deployed: ${url}`) });
    expectNoSecretIn(stage, ran.output);
    expect(stage.account.queues.get("dreamina-tasks-dead")?.consumers).toMatchObject([{ script: "dreamina-consumer" }]);
    expect([keyOf(stage, "dreamina-consumer"), keyOf(stage, "dreamina-api")]).toEqual([key, key]);
    expect(versionOf(stage, "dreamina-consumer")?.limits).toEqual({ cpu_ms: 30_000 });
  });
});
