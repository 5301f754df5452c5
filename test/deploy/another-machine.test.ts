/** A deployment that was cut short, finished from another machine. */
import { expect, it } from "vitest";
import { aDesk } from "./support/run.ts";
import { expectNoSecretIn, keyOf, makeHalfOf, setStages, versionOf } from "./support/stage.ts";

const stage = setStages();
const url = "https://dreamina-api.jane.workers.dev";

it("a deployment that was cut short can be finished from another machine, with the same names and choices", async () => {
  makeHalfOf(stage);
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
