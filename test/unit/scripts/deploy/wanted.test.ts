import path from "node:path";
import { describe, expect, it } from "vitest";
import { planOf } from "#scripts/deploy/plans.ts";
import { type Configs, configFile, namesIn, publicUrl, renamed, wantedConfigs } from "#scripts/deploy/wanted.ts";
import { readWranglerFile } from "#scripts/wrangler/file.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const read = (worker: string) => readWranglerFile(path.join(root, `wrangler.${worker}.toml`));
const own = { api: read("api"), consumer: read("consumer") };
const names = namesIn(own);
const choices = {
  ...{ names, plan: "free" as const, imagesDomain: null },
  ...{ accountId: "a".repeat(32), recordsId: "f".repeat(32) },
};

describe("the project's wrangler files", () => {
  it("the wrangler files name every resource of the account, the same in both", () => {
    expect(names).toEqual({
      api: "dreamina-api",
      consumer: "dreamina-consumer",
      records: "dreamina-tasks",
      images: "dreamina-images",
      inputs: "dreamina-inputs",
      tasks: "dreamina-tasks",
      dead: "dreamina-tasks-dead",
    });
  });

  it("renamed wrangler files hold no name and no rate limit counter of the first deployment", () => {
    const other = { api: renamed(own.api, "staging"), consumer: renamed(own.consumer, "staging") };
    expect(Object.values(namesIn(other)).every((name) => name.startsWith("staging-"))).toBe(true);
    expect(JSON.stringify(other)).not.toMatch(/"dreamina-/);
    for (const [place, limit] of (own.api.ratelimits ?? []).entries()) {
      const renamedId = other.api.ratelimits?.[place]?.namespace_id;
      expect(renamedId).toMatch(/^[1-9]\d*$/);
      expect(renamedId).not.toBe(limit.namespace_id);
    }
  });
});

describe("the deployed configuration", () => {
  it("the deployed config adds the account, the KV namespace's id and an address for the API only", () => {
    const { api, consumer } = wantedConfigs(own, choices);
    for (const config of [api, consumer]) {
      expect(config).toMatchObject({ account_id: choices.accountId, preview_urls: false });
      expect(config.kv_namespaces).toEqual([{ binding: "TASKS", id: choices.recordsId }]);
    }
    expect([api.workers_dev, consumer.workers_dev]).toEqual([true, false]);
    expect(api.vars).toEqual(own.api.vars);
    expect(consumer.vars).toEqual({ ...own.consumer.vars, LOOK_PACE_SECONDS: "2" });
  });

  it("only the paid plan has CPU limits, and its batches of tasks are larger", () => {
    const free = wantedConfigs(own, choices);
    const paid = wantedConfigs(own, { ...choices, plan: "paid" });
    const batches = ({ consumer }: Configs) =>
      (consumer.queues?.consumers ?? []).map((queue) => Number(queue.max_batch_size));
    expect([free.api.limits, free.consumer.limits]).toEqual([undefined, undefined]);
    expect([paid.api.limits, paid.consumer.limits]).toEqual([{ cpu_ms: 30_000 }, { cpu_ms: 30_000 }]);
    expect(batches(free)[0]).toBeLessThan(Number(batches(paid)[0]));
    expect(batches(free)[1]).toBe(batches(paid)[1]);
    expect([planOf(free.consumer), planOf(paid.consumer), planOf(undefined)]).toEqual(["free", "paid", undefined]);
  });

  it("image links point at the images' own domain when there is one", () => {
    const { api } = wantedConfigs(own, { ...choices, imagesDomain: "pics.example.com" });
    expect(api.vars?.PUBLIC_IMAGE_BASE_URL).toBe("https://pics.example.com");
  });

  it("the config file can be read from any folder and still requires its secret", () => {
    const file = JSON.parse(configFile(wantedConfigs(own, choices).api, root));
    expect(file.main).toBe(path.join(root, "workers/api/index.ts"));
    expect(file.assets.directory).toBe(path.join(root, "workers/web/dist"));
    expect(file.secrets).toEqual({ required: ["SECRET_KEY"] });
  });

  it("the API is served below workers.dev, or at the domain that its wrangler file names", () => {
    expect(publicUrl(own.api, "jane")).toBe("https://dreamina-api.jane.workers.dev");
    const routes = [{ pattern: "api.example.com", custom_domain: true }];
    expect(publicUrl({ ...own.api, routes }, "jane")).toBe("https://api.example.com");
  });
});
