/** Uploads of reference images from the bucket to the upstream: once each, and deleted when the task ends. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { aCoordinatorThat } from "#test/workers/support/coordinator.ts";
import { aSession, call, type Stage, setStage, type View } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

/** A PNG of one pixel; the number makes its bytes and its CRC unique. */
function anImage(number: number): string {
  const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  return `data:image/png;base64,${btoa(atob(onePixel) + String.fromCharCode(number))}`;
}

async function compose(images: string[], prompt = "make it night", session = stage.session): Promise<string> {
  const answer = await call("/v1/images/compositions", {
    method: "POST",
    headers: { authorization: `Bearer ${session}`, "content-type": "application/json" },
    body: JSON.stringify({ prompt, images, resolution: "1k", n: 1 }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

const staged = async () => (await env.INPUTS.list()).objects.map(({ key }) => key);
const end = (id: string, session = stage.session): Promise<View> => stage.end(id, session);

describe("a composition", () => {
  it("a composition uploads every image once, in order, and its job has their names", async () => {
    const id = await compose([anImage(1), anImage(2), anImage(3)]);

    expect(await end(id)).toMatchObject({ status: "completed", partial: false });

    const [job] = stage.jobs();
    const { uploads } = stage.simulator.state();
    expect(uploads.map(({ step }) => step)).toEqual(["committed", "committed", "committed"]);
    expect(new Set(uploads.map(({ crc32 }) => crc32)).size).toBe(3);
    expect(job?.inputs.map(({ uri }) => uri)).toEqual(uploads.map(({ uri }) => uri));
  });

  it("a composition keeps its images while it runs and removes them when it has ended", async () => {
    const id = await compose([anImage(1), anImage(2)]);
    expect(await staged()).toEqual([`${id}/0`, `${id}/1`]);

    await end(id);

    expect(await staged()).toEqual([]);
  });

  it("a composition that fails removes its images", async () => {
    const id = await compose([anImage(1)], "sim:output-moderated");
    expect(await end(id)).toMatchObject({ status: "failed" });
    expect(await staged()).toEqual([]);
  });

  it("a composition that is cancelled removes its images", async () => {
    const id = await compose([anImage(1)]);
    const answer = await call(`/v1/images/tasks/${id}/cancel`, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.session}` },
    });
    expect(await answer.json()).toMatchObject({ cancel: "done", status: "failed", error_code: "cancelled" });
    expect(await staged()).toEqual([]);
    expect(stage.jobs()).toEqual([]);
  });

  it("a composition is pending while its images are uploaded", async () => {
    stage.simulator.addFault({ endpoint: "uploadToken", fault: "502", times: 2 });
    const id = await compose([anImage(1)]);
    await stage.queue.deliver();
    expect(await stage.view(id)).toMatchObject({ status: "pending", progress: 0 });
    expect(await end(id)).toMatchObject({ status: "completed" });
  });
});

describe("an image the upstream has", () => {
  it.each([2, 3])(
    "an image whose upload was reported is not uploaded again when report number %i is lost",
    async (from) => {
      const id = await compose([anImage(1), anImage(2), anImage(3)]);
      aCoordinatorThat("report", { fails: 1, from });

      expect(await end(id)).toMatchObject({ status: "completed" });

      // The image with a lost report is unknown; those before it are uploaded and stay.
      const names = stage.simulator.state().uploads.map(({ crc32 }) => crc32);
      const times = [...new Set(names)].map((name) => names.filter((other) => other === name).length);
      expect(times).toEqual([1, 2, 3].map((report) => (report === from ? 2 : 1)));
      expect(stage.jobs()).toHaveLength(1);
      expect(stage.jobs()[0]?.inputs.map(({ crc32 }) => crc32)).toEqual([...new Set(names)]);
    },
  );

  it("an uploaded image is not uploaded again after its submit was lost", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "502" });
    const id = await compose([anImage(1), anImage(2)]);

    expect(await end(id)).toMatchObject({ status: "completed" });

    expect(stage.calls("submit")).toBe(2);
    expect(stage.simulator.state().uploads).toHaveLength(2);
  });

  it("an uploaded image is uploaded again when the upstream cannot read it", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "ret-3020" });
    const id = await compose([anImage(1)]);

    expect(await end(id)).toMatchObject({ status: "completed" });

    expect(stage.simulator.state().uploads).toHaveLength(2);
  });
});

describe("a fault during an upload", () => {
  const endpoints = ["uploadToken", "apply", "uploadBytes", "commit"] as const;
  const faults = ["500", "502-after", "reset", "reset-after", "html", "broken-json", "empty"] as const;
  const cells = endpoints.flatMap((endpoint) => faults.map((fault) => ({ endpoint, fault })));

  it.each(cells)("a fault during an upload only delays it: $fault at $endpoint", async ({ endpoint, fault }) => {
    stage.simulator.addFault({ endpoint, fault, times: 2 });
    const id = await compose([anImage(1), anImage(2)]);

    expect(await end(id)).toMatchObject({ status: "completed", partial: false });

    expect(stage.jobs()).toHaveLength(1);
    expect(stage.jobs()[0]?.inputs).toHaveLength(2);
  });
});

describe("a session that is refused", () => {
  it("after an expired session the next one gets the images again", async () => {
    const session = `${aSession("expired")},us-demo-us-fresh`;
    const id = await compose([anImage(1)], "make it night", session);

    expect(await end(id, session)).toMatchObject({ status: "completed" });

    const [job] = stage.jobs();
    expect(job?.cluster).toBe("us");
    expect(job?.inputs[0]?.cluster).toBe("us");
  });

  it("an expired session fails the task with its reason when it is the only one", async () => {
    const session = aSession("expired");
    const id = await compose([anImage(1)], "make it night", session);
    expect(await end(id, session)).toMatchObject({ status: "failed", error_code: "session_expired" });
    expect(await staged()).toEqual([]);
  });
});

it("an image that the content check refuses fails the task before anything is spent", async () => {
  const session = "demo-cn-picky-anna";
  const id = await compose([anImage(1)], "make it night", session);
  expect(await end(id, session)).toMatchObject({ status: "failed", error_code: "input_moderated" });
  expect(stage.jobs()).toEqual([]);
});

it("an image that is no longer staged fails the task with a reason", async () => {
  const id = await compose([anImage(1)]);
  await env.INPUTS.delete(`${id}/0`);
  expect(await end(id)).toMatchObject({ status: "failed", error_code: "input_image_unreachable" });
});

it("uploads do not delay the other tasks of their batch", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const real = stage.fetched.getMockImplementation();
  stage.fetched.mockImplementation(async (input, init) => {
    if ((input as Request).url.includes("/upload/v1/")) await gate;
    return real?.(input, init) as Promise<Response>;
  });
  const slow = await compose([anImage(1)]);
  const quick = await stage.task();

  const delivered = stage.queue.deliver();

  await expect.poll(() => stage.view(quick)).toMatchObject({ status: "processing" });
  open();
  await delivered;
  expect(await end(slow)).toMatchObject({ status: "completed" });
});
