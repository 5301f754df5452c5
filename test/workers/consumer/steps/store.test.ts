/**
 * Copies from the upstream's links to the bucket: as images appear, again when a copy fails, without a second
 * generation.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { expectOwnImages } from "#test/workers/support/fault-cells.ts";
import { type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

/** The images, without their small versions. */
const stored = async () =>
  (await env.IMAGES.list({ include: ["httpMetadata", "customMetadata"] })).objects.filter(
    ({ key }) => !key.endsWith("/small"),
  );

/** Answers downloads of images in place of the upstream, unless it returns nothing; not those of small versions. */
function interfere(answer: (request: Request) => Response | Promise<Response> | null) {
  const through = stage.simulator.fetch;
  stage.fetched.mockImplementation(async (input, init) => {
    const request = new Request(input as Request, init as RequestInit);
    return (request.url.includes("-aigc_resize:0:0.") ? await answer(request) : null) ?? through(request);
  });
}

it("images are stored under task id and index, with type, caching and source", async () => {
  const id = await stage.task({ n: 3 });

  const view = await stage.end(id);

  const objects = await stored();
  expect(objects.map(({ key }) => key)).toEqual([`${id}/0`, `${id}/1`, `${id}/2`]);
  for (const [place, object] of objects.entries()) {
    expect(object.httpMetadata).toEqual({
      contentType: "image/png",
      cacheControl: "public, max-age=31536000, immutable",
    });
    expect(object.customMetadata?.source).toBeTruthy();
    expect(view.data?.[place]).toMatchObject({ bytes: object.size, content_type: "image/png", width: 1024 });
  }
});

it("images are copied while the job still runs", async () => {
  await stage.task({ n: 4 });
  for (let moves = 0; moves < 20 && (await stored()).length === 0; moves += 1) await stage.move();

  expect((await stored()).length).toBeLessThan(4);
  expect(stage.jobs()[0]?.status).not.toBe(50);
});

it("an image is fetched once and without a cookie", async () => {
  const requests: Request[] = [];
  interfere((request) => {
    requests.push(request);
    return null;
  });
  const id = await stage.task({ n: 4 });
  await stage.end(id);

  expect(requests.length).toBe(4);
  for (const { headers } of requests) expect(headers.get("cookie")).toBeNull();
});

describe("a copy that fails", () => {
  it.each(["sim:picture-500-once", "sim:picture-truncated-once", "sim:stale-links-once"])(
    "a copy that fails is made again, and nothing is generated again: %s",
    async (prompt) => {
      const id = await stage.task({ prompt, n: 3 });

      expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });

      expect((await stored()).map(({ key }) => key)).toEqual([`${id}/0`, `${id}/1`, `${id}/2`]);
      expect(stage.jobs()).toHaveLength(1);
    },
  );

  it("a copy that loses its connection is repeated", async () => {
    let losses = 2;
    interfere(() => {
      losses -= 1;
      if (losses < 0) return null;
      throw new TypeError("Network connection lost.");
    });
    const id = await stage.task({ n: 2 });

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
  });

  it("a copy that gets a page instead of an image is repeated, and the page is not stored", async () => {
    let pages = 1;
    interfere(() => {
      pages -= 1;
      return pages < 0 ? null : new Response("<html>wait</html>", { headers: { "content-type": "text/html" } });
    });
    const id = await stage.task({ n: 1 });

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect((await stored()).map(({ httpMetadata }) => httpMetadata?.contentType)).toEqual(["image/png"]);
  });

  it("a copy that keeps failing leaves a partial task with the other images", async () => {
    const bad = new Set<string>();
    interfere(({ url }) => {
      const name = new URL(url).pathname;
      if (bad.size === 0) bad.add(name);
      return bad.has(name) ? new Response("gone", { status: 404 }) : null;
    });
    const id = await stage.task({ n: 3 });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: true });
    expect(view.images).toHaveLength(2);
    expect(view.data).toHaveLength(2);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a task without a single copied image fails, and nothing is generated again", async () => {
    interfere(() => new Response("gone", { status: 404 }));
    const id = await stage.task({ n: 2 });

    expect(await stage.end(id)).toMatchObject({ status: "failed", error_code: "upstream_failed" });
    expect(await stored()).toEqual([]);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a copy with a stale link gets a fresh one from the next poll", async () => {
    const id = await stage.task({ prompt: "sim:stale-links-once sim:instant", n: 1 });
    await stage.end(id);

    expect(stage.calls("history")).toBe(2);
  });
});

describe("the type of an image", () => {
  it.each([
    "untyped",
    "gzipped",
    "type-application/json",
    "type-application/octet-stream",
    "type-binary/octet-stream",
    "type-image/pjpeg",
    "type-image/x-png",
    "type-text/html",
  ] as const)("a valid image is copied at once, under its true type, when it comes %s", async (fault) => {
    stage.simulator.addFault({ endpoint: "picture", fault, times: 2 });
    const id = await stage.task({ n: 2 });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect(stage.calls("picture")).toBe(2);
    await expectOwnImages(stage, view);
    expect((await stored()).map(({ httpMetadata }) => httpMetadata?.contentType)).toEqual(["image/png", "image/png"]);
    expect(view.data?.map(({ content_type }) => content_type)).toEqual(["image/png", "image/png"]);
  });

  it("a page with the type of a PNG is not stored, and a fresh link is requested", async () => {
    stage.simulator.addFault({ endpoint: "picture", fault: "html-as-png" });
    const id = await stage.task({ prompt: "sim:instant", n: 1 });

    const view = await stage.end(id);

    expect(view).toMatchObject({ status: "completed", partial: false });
    expect([stage.calls("picture"), stage.calls("history")]).toEqual([2, 2]);
    await expectOwnImages(stage, view);
    expect(stage.jobs()).toHaveLength(1);
  });
});

it("an image without a length is stored too", async () => {
  const id = await stage.task({ prompt: "sim:no-length", n: 2 });

  expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
  expect(await stored()).toHaveLength(2);
});

it("a job that makes fewer than planned completes as partial", async () => {
  const id = await stage.task({ prompt: "sim:partial", n: 3 });

  const view = await stage.end(id);

  expect(view).toMatchObject({ status: "completed", partial: true, progress: 100 });
  expect(view.images).toHaveLength(2);
});

it("a job that fails after it made images completes with those", async () => {
  const id = await stage.task({ prompt: "sim:failed-with-images", n: 4 });

  const view = await stage.end(id);

  expect(view).toMatchObject({ status: "completed", partial: true });
  expect(view.images).toHaveLength(2);
});

it("stored images are delivered even when the job is gone at the next poll", async () => {
  const { coordinator, aTask } = anOwner();
  const task = aTask();
  await coordinator.create(task);
  /** At the task's next step. */
  const begin = (seconds: number) => {
    vi.setSystemTime(Date.now() + seconds * 1000);
    return coordinator.begin({ calls: 45 });
  };
  await begin(0);
  await coordinator.report([
    { task: task.id, step: 1, seen: { kind: "accepted", historyId: "1", forecastSeconds: 20, planned: 4 } },
  ]);
  await begin(10);
  const image = { source: "tos/a", url: "https://pics.example/a", width: 1024, height: 1024 };
  await coordinator.report([
    {
      task: task.id,
      step: 2,
      seen: {
        kind: "generating",
        historyId: "1",
        forecastSeconds: 20,
        planned: 4,
        images: [image],
        fullBatches: 0,
        queuePosition: null,
      },
    },
  ]);
  const copy = {
    index: 0,
    key: `${task.id}/0`,
    source: "tos/a",
    width: 1,
    height: 1,
    bytes: 1,
    contentType: "image/png",
  };
  await coordinator.report([
    { task: task.id, step: 2, seen: { kind: "stored", images: [copy], missing: 0, blockedBy: null } },
  ]);
  await begin(3);
  const error = { code: "upstream_failed", message: "The job was deleted on the site." } as const;
  await coordinator.report([
    {
      task: task.id,
      step: 3,
      seen: { kind: "failed", failure: { verdict: "refused", error, retryAfterSeconds: null } },
    },
  ]);

  expect((await coordinator.view(task.id, ["tag-a"]))?.record).toMatchObject({
    status: "completed",
    partial: true,
    images: [copy],
  });
});

it("an image is stored although another one of its job took its index before a crash", async () => {
  const id = await stage.task({ n: 2 });
  await env.IMAGES.put(`${id}/0`, "the second, copied before a crash", { customMetadata: { source: "tos/other" } });

  expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
});
