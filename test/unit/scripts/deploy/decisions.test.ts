import { describe, expect, it } from "vitest";
import type { Account, Binding, DeployedWorker, LifecycleRule, QueueConsumer } from "#scripts/cloudflare/account.ts";
import { areQueuesRead, decideKey, deployedDomain, resourcesFor, takenName } from "#scripts/deploy/decisions.ts";

const names = {
  api: "dreamina-api",
  consumer: "dreamina-consumer",
  records: "dreamina-tasks",
  images: "dreamina-images",
  inputs: "dreamina-inputs",
  tasks: "dreamina-tasks",
  dead: "dreamina-tasks-dead",
};
const emptyAccount: Account = {
  records: undefined,
  queues: { tasks: undefined, dead: undefined },
  buckets: { images: undefined, inputs: undefined },
  workers: { consumer: undefined, api: undefined },
  subdomain: undefined,
};
const aWorker = (own: Partial<DeployedWorker>): DeployedWorker => ({
  ...{ bindings: [], secrets: [], tag: undefined, limits: undefined, hasAddress: true },
  ...own,
});
const aRule = (changes: LifecycleRule = {}): LifecycleRule => ({
  enabled: true,
  conditions: { prefix: "" },
  deleteObjectsTransition: { condition: { type: "Age", maxAge: 1 } },
  ...changes,
});
const coordinator = { name: "COORDINATOR", type: "durable_object_namespace" };

describe("missing resources", () => {
  const missing = (account: Account) =>
    resourcesFor(account, names)
      .filter(({ exists }) => !exists)
      .map(({ title }) => title);

  it("all seven resources are missing on an empty account", () => {
    expect(missing(emptyAccount)).toHaveLength(7);
  });

  it("the rule of a bucket is missing while its other rules remove only a part, or nothing", () => {
    const rules = [aRule({ enabled: false }), aRule({ conditions: { prefix: "old/" } }), { enabled: true }];
    const account = { ...emptyAccount, buckets: { images: undefined, inputs: { rules, domains: [] } } };
    expect(missing(account)).toContain("rule of dreamina-inputs: gone after 8 days");
    expect(missing(account)).toContain("rule of dreamina-inputs: batches gone after 8 days");
    rules.push(aRule({ conditions: { prefix: "imgtask_" } }));
    expect(missing(account)).toContain("rule of dreamina-inputs: batches gone after 8 days");
    rules.push(aRule({ conditions: { prefix: "batch_" } }));
    expect(missing(account)).not.toContain("rule of dreamina-inputs: batches gone after 8 days");
    expect(missing(account)).not.toContain("rule of dreamina-inputs: gone after 8 days");
  });
});

describe("a name", () => {
  const withWorker = (bindings: Binding[]): Account => ({
    ...emptyAccount,
    workers: { api: aWorker({ bindings }), consumer: undefined },
  });
  const withReader = (consumer: QueueConsumer): Account => ({
    ...emptyAccount,
    queues: { tasks: { queue_name: names.tasks, consumers: [consumer] }, dead: undefined },
  });

  it("a name is free if unused, or used by a Worker that has our coordinator or holds only our secrets", () => {
    expect(takenName(withWorker([coordinator, { name: "DB", type: "d1" }]), names)).toBeUndefined();
    expect(takenName(withWorker([{ name: "SECRET_KEY", type: "secret_text" }]), names)).toBeUndefined();
    expect(takenName(emptyAccount, names)).toBeUndefined();
  });

  it("a name is taken if any other Worker uses it, or if another Worker reads the queue", () => {
    expect(takenName(withWorker([{ name: "DB", type: "d1" }]), names)).toContain("Worker dreamina-api");
    expect(takenName(withWorker([]), names)).toContain("Worker dreamina-api");
    expect(takenName(withWorker([{ name: "STRIPE_KEY", type: "secret_text" }]), names)).toContain(
      "Worker dreamina-api",
    );
    expect(takenName(withReader({ type: "http_pull" }), names)).toContain("http_pull");
    expect(takenName(withReader({ type: "worker", service: "dreamina-consumer" }), names)).toBeUndefined();
  });
});

describe("the SECRET_KEY", () => {
  const set = { secrets: ["API_KEYS", "SECRET_KEY"] };
  const unset = { secrets: ["API_KEYS"] };
  const unknown = { copy: undefined, given: undefined };

  it.each([
    [
      "is left alone where both Workers have it",
      { consumer: set, api: set },
      { copy: "c" },
      { source: "there", on: [] },
    ],
    ["is made for two Workers that have none", {}, {}, { source: "new", on: ["consumer", "api"] }],
    ["is the copy for two Workers that have none", {}, { copy: "c" }, { source: "copy", on: ["consumer", "api"] }],
    [
      "is the copy for the one Worker that has none",
      { consumer: set, api: unset },
      { copy: "c" },
      { source: "copy", on: ["api"] },
    ],
    [
      "is the one that is given, rather than the copy",
      { api: set },
      { copy: "c", given: "g" },
      { source: "given", on: ["consumer"] },
    ],
    [
      "is replaced on both Workers when a renewal is asked for",
      { consumer: set, api: set },
      { copy: "c", renew: true },
      { source: "renewed", on: ["consumer", "api"] },
    ],
    [
      "is replaced on both Workers when a renewal says to forget the old key",
      { consumer: set, api: set },
      { renew: true, forgetOldKey: true },
      { source: "renewed", on: ["consumer", "api"] },
    ],
  ])("the SECRET_KEY %s", (_case, workers, known, expected) => {
    expect(decideKey({ ...unknown, workers, ...known })).toEqual(expected);
  });

  it("the SECRET_KEY is not replaced while the one in use is unknown here", () => {
    expect(decideKey({ ...unknown, workers: { consumer: set, api: set }, renew: true })).toEqual({
      refusal: expect.stringContaining("--forget-old-key"),
    });
    expect(decideKey({ ...unknown, workers: {}, renew: true })).toMatchObject({ source: "renewed" });
  });

  it("no SECRET_KEY is made for one Worker while the other has an unknown one", () => {
    expect(decideKey({ ...unknown, workers: { consumer: set, api: unset } })).toEqual({
      refusal: expect.stringContaining("The consumer worker has a SECRET_KEY"),
    });
    expect(decideKey({ ...unknown, workers: { api: set } })).toEqual({
      refusal: expect.stringContaining("The API worker has a SECRET_KEY"),
    });
  });
});

describe("queues", () => {
  const wanted = { queue: "dreamina-tasks", max_batch_size: 5, max_batch_timeout: 1, dead_letter_queue: "dead" };
  const config = { name: "dreamina-consumer", queues: { consumers: [wanted] } };
  const queues = (consumer: QueueConsumer) => ({
    tasks: { queue_name: "dreamina-tasks", consumers: [consumer] },
    dead: undefined,
  });
  const right = {
    script: "dreamina-consumer",
    settings: { batch_size: 5, max_wait_time_ms: 1000 },
    dead_letter_queue: "dead",
  };

  it("queues are read as wanted when our consumer reads them and no reported setting differs", () => {
    expect(areQueuesRead(queues(right), config)).toBe(true);
    expect(areQueuesRead(queues({ script: "dreamina-consumer" }), config)).toBe(true);
  });

  it.each([
    ["another batch", { ...right, settings: { batch_size: 10 } }],
    ["another wait", { ...right, settings: { max_wait_time_ms: 5000 } }],
    ["another dead letter queue", { ...right, dead_letter_queue: "other" }],
    ["another consumer", { ...right, script: "shop" }],
  ])("queues are not read as wanted with %s", (_case, consumer) => {
    expect(areQueuesRead(queues(consumer), config)).toBe(false);
  });
});

it("the images' domain is found again if the API names one of the bucket's own domains", () => {
  const account = (text: string, domains: string[]): Account => ({
    ...emptyAccount,
    workers: {
      api: aWorker({ bindings: [{ name: "PUBLIC_IMAGE_BASE_URL", type: "plain_text", text }] }),
      consumer: undefined,
    },
    buckets: { images: { rules: [], domains }, inputs: undefined },
  });
  expect(deployedDomain(account("https://pics.example.com", ["pics.example.com"]))).toBe("pics.example.com");
  expect(deployedDomain(account("https://cdn.example.com", ["pics.example.com"]))).toBeUndefined();
  expect(deployedDomain(account("", ["pics.example.com"]))).toBeUndefined();
  expect(deployedDomain(emptyAccount)).toBeUndefined();
});
