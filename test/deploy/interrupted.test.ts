/** Deployments that were cut short: the next run finishes them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bindingsOf, keptKey, keyOf, makeHalfOf, setStages, versionOf } from "./support/stage.ts";

const stage = setStages();
const secretKeyShape = /^[A-Za-z0-9_-]{43}$/;

describe("interrupted deployments", () => {
  it("a deployment or a change of the key that was cut short is finished by the next run, with the same key", async () => {
    makeHalfOf(stage);
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
});
