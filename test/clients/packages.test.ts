/** Runs every row of the table of packages against the whole product: each pays for the requested images once. */
import { describe, expect, it } from "vitest";
import { waitUntil } from "#test/support/wait-until.ts";
import type { ReceivedImage } from "./client.ts";
import { type PackageClient, packageClients } from "./packages.ts";
import { startWatchingProxy } from "./support/cutting-proxy.ts";
import { bytesOf, checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";

const product = sharedProduct();

/** Gives every row an id for its session and prompt. */
const numbered = (kind: string, rows: PackageClient[]) =>
  rows.map((client, index) => ({ name: client.name, client, id: `${kind}-${index + 1}` }));

const editing = packageClients.flatMap(({ name, edit }) => (edit === undefined ? [] : [{ name, edit }]));

/** Runs the package behind a proxy that counts its requests. */
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

/** @returns the number of requests. */
async function expectImages(
  use: (base: string) => Promise<ReceivedImage[]>,
  count: number,
  width = 1024,
): Promise<number> {
  const { result, asked } = await counted(async (base) => {
    const shown = await use(base);
    // Read before the proxy stops, because links lead through it.
    return Promise.all(shown.map(async (image) => sizeOfPng(await bytesOf(image))));
  });
  if (result.status === "rejected") throw result.reason;
  expect(result.value).toEqual(Array(count).fill({ width, height: width }));
  return asked;
}

const model = "dreamina-4.5";

describe("images", () => {
  it.concurrent.each(numbered("package", packageClients))(
    "one requested image is one request, one job, one charge and one received image: $name",
    async ({ client, id }) => {
      const prompt = `a lighthouse for ${id}`;
      const asked = await expectImages((base) => client.generate({ base, key: sessionOf(id), model, prompt, n: 1 }), 1);
      expect(asked).toBe(1);
      expect(await planned(prompt)).toEqual([1]);
      expect(await paidFor(prompt)).toBe(1);
    },
  );

  it.concurrent.each([
    // This model makes four images for each job, so no job stalls.
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
    "the requested number of images is made, paid and received: $n by $name",
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
    "one image from two files is one request with both files, paid once: $name",
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
    "a task that fails is requested once: $name",
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
    "a task that is cancelled while the package waits is requested once: $name",
    async ({ client, id }) => {
      const prompt = `a lighthouse for ${id} sim:slow`;
      const headers = { authorization: `Bearer ${sessionOf(id)}` };
      const { result, asked } = await counted(async (base) => {
        const answer = client.generate({ base, key: sessionOf(id), model, prompt, n: 1 });
        await waitUntil(async () => (await product.jobsFor(prompt)).length > 0);
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
