/** Every row of the table of clients against the whole product: each works unchanged. */
import { describe, expect, it, vi } from "vitest";
import type { Answer, ImageClient, Order, Sent, TaskClient } from "./client.ts";
import { imageClients, listClients } from "./clients.ts";
import { messageOf } from "./readings.ts";
import { bytesOf, checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";
import { taskClients } from "./task-clients.ts";

const product = sharedProduct();

async function send(base: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const isStream = body instanceof ReadableStream;
  const init = { method, headers, ...(body && { body }), ...(isStream && { duplex: "half" }) };
  const answer = await fetch(product.url + base + path, init);
  return { status: answer.status, contentType: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

/** A prompt of its own for every row, by which the simulator's job is found again. */
const numbered = <Row extends { name: string }>(kind: string, rows: Row[]) =>
  rows.map((client, index) => ({ name: client.name, client, id: `${kind}-${index + 1}` }));

async function orderFor(client: ImageClient | TaskClient, id: string, prompt: string): Promise<Order> {
  const links = linksOf(product.simulatorUrl, client.files);
  const site = "needs" in client ? client.needs : undefined;
  return { key: sessionOf(id, site), prompt, links, files: await filesFrom(links) };
}

/** One job, made from the files in their order, and paid once. */
async function expectOneJob(order: Order, images: number) {
  const jobs = await product.jobsFor(order.prompt);
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ plannedImages: images, charged: images, refunded: 0 });
  expect(jobs[0]?.inputs.map(({ crc32 }) => crc32)).toEqual(await Promise.all(order.files.map(checksumOf)));
}

/** Close enough for the nearest of our ratios. */
const ratioTolerance = 0.01;

describe("image clients", () => {
  it.concurrent.each(numbered("maker", imageClients))(
    "a client made for OpenAI's image API gets its images: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `a lighthouse for ${id}`);
      const sent = client.request(order);
      const shown = client.reads(await send(client.base, sent), sent);
      expect(shown).toHaveLength(client.makes.images);
      for (const image of shown) {
        const { width, height } = sizeOfPng(await bytesOf(image));
        expect(Math.abs(width / height - client.makes.ratio)).toBeLessThan(ratioTolerance);
      }
      await expectOneJob(order, client.makes.images);
    },
  );

  it.concurrent.each(numbered("refused", imageClients))(
    "a client made for OpenAI's image API can tell why there are no images: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `sim:input-moderated a lighthouse for ${id}`);
      const sent = client.request(order);
      const answer = await send(client.base, sent);
      expect(() => client.reads(answer, sent)).toThrow();
      expect(answer.status).toBe(400);
      const told = client.complains(answer);
      if (client.isSilent) expect(told).not.toBe("");
      else expect(told).toContain(messageOf(answer));
      expect(await product.jobsFor(order.prompt)).toHaveLength(1);
    },
  );
});

describe("task clients", () => {
  async function follow(client: TaskClient, order: Order) {
    const id = client.submitted(await send(client.base, client.request(order)));
    let progress = 0;
    return vi.waitUntil(
      async () => {
        const polled = client.polled(await send(client.base, client.poll(id, order)));
        if (polled.kind !== "again") return polled;
        expect(polled.progress).toBeGreaterThanOrEqual(progress);
        progress = polled.progress;
        return false;
      },
      { timeout: 60_000, interval: 250 },
    );
  }

  it.concurrent.each(numbered("poller", taskClients))(
    "a client that submits and polls gets its images: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `a lighthouse for ${id}`);
      const end = await follow(client, order);
      if (end.kind !== "done") throw new Error(`${end.kind}: ${end.reason}`);
      expect(end.images.length).toBeGreaterThan(0);
      const [job] = await product.jobsFor(order.prompt);
      for (const image of end.images) {
        expect(sizeOfPng(await bytesOf(image))).toEqual({ width: job?.width, height: job?.height });
      }
      await expectOneJob(order, job?.plannedImages ?? 0);
    },
  );

  it.concurrent.each(numbered("rejected", taskClients))(
    "a client that submits and polls can tell why there are no images: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `sim:input-moderated a lighthouse for ${id}`);
      const end = await follow(client, order);
      expect(end).toMatchObject({ kind: "failed", reason: expect.stringMatching(/\w+ \w+/) });
      expect(await product.jobsFor(order.prompt)).toHaveLength(1);
    },
  );
});

describe("list clients", () => {
  it.concurrent.each(numbered("lister", listClients))(
    "a client that lists models finds the default model: $name",
    async ({ client, id }) => {
      const models = client.models(await send(client.base, client.request(sessionOf(id))));
      expect(models).toContain("dreamina-4.5");
      expect(new Set(models).size).toBe(models.length);
    },
  );
});

describe("the table", () => {
  it("the table of clients says where every client was seen, and names none twice", () => {
    const rows = [...imageClients, ...taskClients, ...listClients];
    for (const { seenIn } of rows) for (const place of seenIn) expect(place).toMatch(/^(\S+\/\S+|this project) \S+$/);
    expect(rows.every(({ seenIn }) => seenIn.length > 0)).toBe(true);
    for (const table of [imageClients, taskClients, listClients]) {
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    }
  });
});
