/** `npm run destroy` with the real wrangler against a stand-in for Cloudflare's API. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { keptKey, makeWholeOf, setStages } from "./support/stage.ts";

const stage = setStages();

it("destroy asks first, then removes what deploy made; the images only when they are named", async () => {
  makeWholeOf(stage);
  stage.account.buckets.get("dreamina-images")?.objects.push("imgtask_a/0");
  stage.account.buckets.get("dreamina-inputs")?.objects.push("imgtask_a/in/0", "imgtask_a/in/1");
  const unasked = await stage.desk.run("destroy");

  expect(unasked).toMatchObject({ code: 1, output: expect.stringContaining("npm run destroy -- --yes") });
  expect(stage.standIn.writes).toEqual([]);

  const destroyed = await stage.desk.run("destroy", ["--yes"]);

  expect(destroyed).toMatchObject({ code: 0, output: expect.stringContaining("every task that is under way") });
  expect([...stage.account.workers.keys(), ...stage.account.queues.keys(), ...stage.account.namespaces]).toEqual([]);
  expect([...stage.account.buckets.entries()]).toMatchObject([["dreamina-images", { objects: ["imgtask_a/0"] }]]);
  expect(existsSync(keptKey(stage))).toBe(false);

  const rest = await stage.desk.run("destroy", ["--yes", "--with-pictures"]);

  expect(rest).toMatchObject({ code: 0, output: expect.stringContaining("EVERY IMAGE") });
  expect(stage.account.buckets.size).toBe(0);
});
