/** Runs every row of the tables of clients against the whole product. */
import { describe, expect, it } from "vitest";
import { waitUntil } from "#test/support/wait-until.ts";
import type { Answer, ClientRequest, ImageClient, Order, TaskClient } from "./client.ts";
import { imageClients, listClients } from "./clients.ts";
import { messageOf } from "./readings.ts";
import { bytesOf, checksumOf, filesFrom, linksOf, sizeOfPng } from "./support/images.ts";
import { sessionOf } from "./support/product.ts";
import { sharedProduct } from "./support/shared-product.ts";
import { taskClients } from "./task-clients.ts";

const product = sharedProduct();

async function send(base: string, { method, path, headers, body }: ClientRequest): Promise<Answer> {
  const isStream = body instanceof ReadableStream;
  const init = { method, headers, ...(body && { body }), ...(isStream && { duplex: "half" }) };
  const answer = await fetch(product.url + base + path, init);
  return { status: answer.status, contentType: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

/** Gives every row an id for its prompt, by which the simulator's job is found. */
const numbered = <Row extends { name: string }>(kind: string, rows: Row[]) =>
  rows.map((client, index) => ({ name: client.name, client, id: `${kind}-${index + 1}` }));

async function orderFor(client: ImageClient | TaskClient, id: string, prompt: string): Promise<Order> {
  const links = linksOf(product.simulatorUrl, client.files);
  const site = "site" in client ? client.site : undefined;
  return { key: sessionOf(id, site), prompt, links, files: await filesFrom(links) };
}

/** Expects one job with the files in their order, charged once. */
async function expectOneJob(order: Order, images: number) {
  const jobs = await product.jobsFor(order.prompt);
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ plannedImages: images, charged: images, refunded: 0 });
  expect(jobs[0]?.inputs.map(({ crc32 }) => crc32)).toEqual(await Promise.all(order.files.map(checksumOf)));
}

/** Tolerance for the nearest supported ratio. */
const ratioTolerance = 0.01;

describe("image clients", () => {
  it.concurrent.each(numbered("maker", imageClients))(
    "a client of OpenAI's image API receives its images: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `a lighthouse for ${id}`);
      const sent = client.request(order);
      const shown = client.reads(await send(client.base, sent), sent);
      expect(shown).toHaveLength(client.expected.images);
      for (const image of shown) {
        const { width, height } = sizeOfPng(await bytesOf(image));
        expect(Math.abs(width / height - client.expected.ratio)).toBeLessThan(ratioTolerance);
      }
      await expectOneJob(order, client.expected.images);
    },
  );

  it.concurrent.each(numbered("refused", imageClients))(
    "a client of OpenAI's image API receives the reason of a failure: $name",
    async ({ client, id }) => {
      const order = await orderFor(client, id, `sim:input-moderated a lighthouse for ${id}`);
      const sent = client.request(order);
      const answer = await send(client.base, sent);
      expect(() => client.reads(answer, sent)).toThrow();
      expect(answer.status).toBe(400);
      const errorText = client.errorText(answer);
      if (client.hidesMessage) expect(errorText).not.toBe("");
      else expect(errorText).toContain(messageOf(answer));
      expect(await product.jobsFor(order.prompt)).toHaveLength(1);
    },
  );
});

describe("task clients", () => {
  async function follow(client: TaskClient, order: Order) {
    const id = client.submitted(await send(client.base, client.request(order)));
    let progress = 0;
    return waitUntil(async () => {
      const polled = client.polled(await send(client.base, client.poll(id, order)));
      if (polled.kind !== "again") return polled;
      expect(polled.progress).toBeGreaterThanOrEqual(progress);
      progress = polled.progress;
      return false;
    });
  }

  it.concurrent.each(numbered("poller", taskClients))(
    "a client that submits and polls receives its images: $name",
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
    "a client that submits and polls receives the reason of a failure: $name",
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
  it("each row of the table of clients names its source, and no name appears twice", () => {
    const rows = [...imageClients, ...taskClients, ...listClients];
    for (const { seenIn } of rows) for (const place of seenIn) expect(place).toMatch(/^(\S+\/\S+|this project) \S+$/);
    expect(rows.every(({ seenIn }) => seenIn.length > 0)).toBe(true);
    for (const table of [imageClients, taskClients, listClients]) {
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    }
  });
});
