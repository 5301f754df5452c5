/** Every row of the table of packages against the whole product: it pays for what was asked, and nothing twice. */
import { describe, expect, it, vi } from "vitest";
import type { Shown } from "./client.ts";
import { type PackageClient, packageClients } from "./packages.ts";
import { startWatchingProxy } from "./support/cutting-proxy.ts";
import { bytesOf, checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

/** A session and a prompt of its own for every test of every row. */
const numbered = (kind: string, rows: PackageClient[]) =>
  rows.map((client, index) => ({ name: client.name, client, id: `${kind}-${index + 1}` }));

const editing = packageClients.flatMap(({ name, edit }) => (edit === undefined ? [] : [{ name, edit }]));

/** Behind a network that counts what the package sends. */
async function counted<T>(
  use: (base: string) => Promise<T>,
): Promise<{ result: PromiseSettledResult<T>; asked: number }> {
  const network = await startWatchingProxy(product.url);
  try {
    const [result] = await Promise.allSettled([use(`${network.url}/openai/v1`)]);
    return { result, asked: network.requests.filter(({ method }) => method === "POST").length };
  } finally {
    await network.stop();
  }
}

const planned = async (prompt: string) =>
  (await product.jobsFor(prompt)).map(({ plannedImages }) => plannedImages).toSorted((a, b) => a - b);

async function paidFor(prompt: string): Promise<number> {
  const jobs = await product.jobsFor(prompt);
  return jobs.reduce((sum, { charged, refunded }) => sum + charged - refunded, 0);
}

/** @returns how many requests it took. */
async function expectImages(use: (base: string) => Promise<Shown[]>, count: number, width = 1024): Promise<number> {
  const { result, asked } = await counted(async (base) => {
    const shown = await use(base);
    // While the network is there: links lead through it.
    return Promise.all(shown.map(async (image) => sizeOfPng(await bytesOf(image))));
  });
  if (result.status === "rejected") throw result.reason;
  expect(result.value).toEqual(Array(count).fill({ width, height: width }));
  return asked;
}

const model = "dreamina-4.5";

describe("images", () => {
  it.concurrent.each(numbered("package", packageClients))(
    "one image asked for is one request, one made, one paid and one received: $name",
    async ({ client, id }) => {
      const prompt = `a lighthouse for ${id}`;
      const asked = await expectImages((base) => client.generate({ base, key: sessionOf(id), model, prompt, n: 1 }), 1);
      expect(asked).toBe(1);
      expect(await planned(prompt)).toEqual([1]);
      expect(await paidFor(prompt)).toBe(1);
    },
  );

  it.concurrent.each([
    // Four a job, so that none of them stops half-way and is waited for.
    {
      name: "ai with @ai-sdk/openai-compatible",
      n: 12,
      requests: 2,
      jobs: [2, 2, 4, 4],
      model: "dreamina-5.0-pro",
      width: 1536,
    },
    { name: "ai with @ai-sdk/openai-compatible", n: 4, requests: 1, jobs: [4] },
    { name: "portkey-ai", n: 3, requests: 1, jobs: [3] },
    { name: "@langchain/openai", n: 2, requests: 2, jobs: [1, 1] },
  ])(
    "as many images as were asked for are made, paid and received: $n by $name",
    async ({ name, n, requests, jobs, width, ...row }) => {
      const client = packageClients.find((one) => one.name === name);
      if (client === undefined) throw new Error(`no package ${name}`);
      const id = `several-${n}`;
      const prompt = `a lighthouse for ${id}`;
      const order = { key: sessionOf(id), model, prompt, n, ...row };
      expect(await expectImages((base) => client.generate({ ...order, base }), n, width)).toBe(requests);
      expect(await planned(prompt)).toEqual(jobs);
      expect(await paidFor(prompt)).toBe(n);
    },
  );

  it.concurrent.each(editing)(
    "one image from two files is one request, made from both, paid once: $name",
    async ({ name, edit }) => {
      const id = `edit-${name.replaceAll(/\W+/g, "-")}`;
      const prompt = `a lighthouse for ${id}`;
      const files = await filesFrom(linksOf(product.simulatorUrl, 2));
      const asked = await expectImages((base) => edit({ base, key: sessionOf(id), model, prompt, n: 1, files }), 1);
      expect(asked).toBe(1);
      const jobs = await product.jobsFor(prompt);
      expect(jobs).toMatchObject([{ plannedImages: 1, charged: 1, refunded: 0 }]);
      expect(jobs[0]?.inputs.map(({ crc32 }) => crc32)).toEqual(await Promise.all(files.map(checksumOf)));
    },
  );
});

describe("failures", () => {
  it.concurrent.each(numbered("failing", packageClients))(
    "a task that fails is asked for once: $name",
    async ({ client, id }) => {
      const prompt = `sim:failed a lighthouse for ${id}`;
      const { result, asked } = await counted((base) =>
        client.generate({ base, key: sessionOf(id), model, prompt, n: 1 }),
      );
      expect(result.status).toBe("rejected");
      expect(asked).toBe(1);
      expect(await planned(prompt)).toEqual([1]);
    },
  );

  it.concurrent.each(numbered("cancelled", packageClients))(
    "a task that is cancelled while the package waits is asked for once: $name",
    async ({ client, id }) => {
      const prompt = `a lighthouse for ${id} sim:slow`;
      const headers = { authorization: `Bearer ${sessionOf(id)}` };
      const { result, asked } = await counted(async (base) => {
        const answer = client.generate({ base, key: sessionOf(id), model, prompt, n: 1 });
        await vi.waitUntil(async () => (await product.jobsFor(prompt)).length > 0, { timeout: 30_000, interval: 50 });
        const listed = await (await fetch(`${product.url}/v1/images/tasks`, { headers })).json();
        const [task] = (listed as { data: { id: string }[] }).data;
        await fetch(`${product.url}/v1/images/tasks/${task?.id}/cancel`, { method: "POST", headers });
        return answer;
      });
      expect(result.status).toBe("rejected");
      expect(asked).toBe(1);
      expect(await planned(prompt)).toEqual([1]);
    },
  );
});
