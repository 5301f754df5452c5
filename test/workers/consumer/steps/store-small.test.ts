/**
 * Small versions: copied beside each image from the scaled pictures that Dreamina offers, once. Whatever becomes of one,
 * its task ends as it would without, at the same time and price.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/coordinator/coordinator.ts";
import { maxSmallBytes } from "#shared/images/limits.ts";
import { expectDelivered, playFaults } from "#test/workers/support/fault-cells.ts";
import { aKey, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

const settings = env as { CALLS_PER_INVOCATION: string };
const { CALLS_PER_INVOCATION: usual } = settings;

let stage: Stage;
beforeEach(() => {
  settings.CALLS_PER_INVOCATION = usual;
  stage = setStage({ arkSeconds: 0 });
});

const keys = async () => (await env.IMAGES.list()).objects.map(({ key }) => key);
/** Of images, and of small versions. */
const downloads = () => [stage.calls("picture"), stage.calls("smallPicture")];

/** Answers downloads of small versions in place of the upstream. */
function answerSmall(answer: () => Response | Promise<Response>): void {
  const through = stage.simulator.fetch;
  stage.fetched.mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit);
    const isSmall = /-aigc_resize:[1-9]/.test(request.url);
    return isSmall ? answer() : through(request);
  });
}

/** From the header of a PNG. */
async function sizeOf(key: string): Promise<number[]> {
  const head = new DataView((await (await env.IMAGES.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));
  return [head.getUint32(16), head.getUint32(20)];
}

it("a small version of 480 pixels is stored beside each image, with type, caching and source", async () => {
  const id = await stage.task({ n: 2, ratio: "16:9" });

  const view = await stage.end(id);

  expect(await keys()).toEqual([`${id}/0`, `${id}/0/small`, `${id}/1`, `${id}/1/small`]);
  const [image, small] = await Promise.all([env.IMAGES.head(`${id}/1`), env.IMAGES.head(`${id}/1/small`)]);
  expect(small?.httpMetadata).toEqual(image?.httpMetadata);
  expect(small?.customMetadata).toEqual(image?.customMetadata);
  expect(await sizeOf(`${id}/1/small`)).toEqual([480, 270]);
  expect(view.data?.[1]).toMatchObject({ bytes: image?.size, small_url: `https://api.test/images/${id}/1/small` });
  expect(downloads()).toEqual([2, 2]);
});

it("an image of a key has no small version: clouds offer none", async () => {
  const key = aKey();
  const body = { prompt: "a lighthouse", model: "seedream-5.0-flash", n: 1 };
  const answer = await call(submitPath, submitInit(key, body));
  const { id } = await answer.json<{ id: string }>();

  await stage.end(id, key);

  expect(await keys()).toEqual([`${id}/0`]);
});

describe("a copy that fails", () => {
  it.each([
    "403",
    "404",
    "429",
    "500",
    "reset",
    "hang",
    "html",
    "html-as-png",
    "empty",
    "truncated",
    "stalled",
  ] as const)("a small version that fails leaves its task as it was, and is not asked for again: %s", async (fault) => {
    playFaults(stage, { endpoint: "smallPicture", fault, times: 99 });
    const id = await stage.task({ n: 2 });

    const view = await stage.end(id);

    expect(await keys()).toEqual([`${id}/0`, `${id}/1`]);
    expect(downloads()).toEqual([2, 2]);
    await expectDelivered(stage, id, view, 2);
    expect(stage.logs.filter((line) => line.includes("small_copy_failed"))).toHaveLength(2);
  });

  it.each([
    ["by its declared length", { "content-length": String(maxSmallBytes + 1) }],
    ["by its bytes", {}],
  ])("a small version that is too large is not stored: %s", async (_how, headers) => {
    const png = new Uint8Array(maxSmallBytes + 1);
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    answerSmall(() => new Response(new Blob([png]).stream(), { headers }));
    const id = await stage.task();

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(await keys()).toEqual([`${id}/0`]);
    expect(stage.logs.some((line) => line.includes("too_large"))).toBe(true);
  });

  it("a task is complete while its small versions are still awaited", async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    answerSmall(() => promise);
    const id = await stage.task({ prompt: "sim:instant", n: 2 });
    const moving = (async () => {
      while (await stage.move());
    })();

    await expect.poll(async () => (await stage.view(id)).status).toBe("completed");

    expect(await keys()).toEqual([`${id}/0`, `${id}/1`]);
    resolve(new Response(null, { status: 404 }));
    await moving;
  });
});

describe("an order that comes again", () => {
  /** The first report of copied images is lost, as when the process ends before it. */
  function loseFirstReport(): void {
    const { report } = Coordinator.prototype;
    let isLost = false;
    vi.spyOn(Coordinator.prototype, "report").mockImplementation(async function (this: Coordinator, reports) {
      if (isLost || !reports.some(({ seen }) => seen.kind === "stored")) return report.call(this, reports);
      isLost = true;
      throw new Error("killed");
    });
  }

  /** The first writes of keys like this fail, as when the process ends before them. */
  function loseWrites(pattern: RegExp, times: number): void {
    const bucket = Object.getPrototypeOf(env.IMAGES) as R2Bucket;
    const { put } = bucket;
    let left = times;
    vi.spyOn(bucket, "put").mockImplementation(function (this: R2Bucket, ...given: Parameters<R2Bucket["put"]>) {
      if (!pattern.test(given[0]) || left === 0) return put.apply(this, given);
      left -= 1;
      return Promise.reject(new Error("killed"));
    } as R2Bucket["put"]);
  }

  it("copies nothing again that is stored already", async () => {
    loseFirstReport();
    const id = await stage.task({ prompt: "sim:instant", n: 2 });

    const view = await stage.end(id);

    expect(downloads()).toEqual([2, 2]);
    expect(await keys()).toEqual([`${id}/0`, `${id}/0/small`, `${id}/1`, `${id}/1/small`]);
    await expectDelivered(stage, id, view, 2);
  });

  it.each([
    ["the image alone was written", /\/small$/, [1, 2]],
    ["the small version alone was written", /\/\d$/, [2, 1]],
  ])("copies the missing one when %s before the process ended", async (_what, lost, expected) => {
    loseFirstReport();
    loseWrites(lost, 1);
    const id = await stage.task({ prompt: "sim:instant", n: 1 });

    const view = await stage.end(id);

    expect(downloads()).toEqual(expected);
    expect(await keys()).toEqual([`${id}/0`, `${id}/0/small`]);
    await expectDelivered(stage, id, view, 1);
  });

  it("replaces the small version of another image that took the place before", async () => {
    const id = await stage.task({ n: 1 });
    await env.IMAGES.put(`${id}/0/small`, "of another", { customMetadata: { source: "tos/other" } });

    await stage.end(id);

    expect((await env.IMAGES.head(`${id}/0/small`))?.customMetadata).toEqual(
      (await env.IMAGES.head(`${id}/0`))?.customMetadata,
    );
  });
});

it("without calls left for small versions the images are stored all the same", async () => {
  stage = setStage({ stallsAfter: 0 });
  settings.CALLS_PER_INVOCATION = "10";
  const id = await stage.task({ prompt: "sim:instant", n: 8 });

  const view = await stage.end(id);

  expect(downloads()).toEqual([8, 1]);
  await expectDelivered(stage, id, view, 8);
});
