import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "#test/simulator/saved.ts";
import { accepted, callArk, isPending, ledgerOf, linkOf, models, refusalOf, sampleUrl } from "./ark-support.ts";
import { frozen, noon } from "./support.ts";

describe("the ledger", () => {
  test("an accepted call is charged at once, with everything that a test compares", async () => {
    const simulator = frozen({ pictureDots: 16 });
    const image = await sampleUrl(simulator, "64x64.png");
    const fields = { image, size: "1500x1000", watermark: false };
    const call = callArk(simulator, fields, { headers: { "x-client-request-id": "attempt-1" } });
    await accepted(simulator);
    expect(ledgerOf(simulator)).toEqual([
      {
        id: expect.stringMatching(/^0217/),
        key: "demo-key-ap-simulator",
        cloud: "ap",
        model: models.flash,
        prompt: "a lighthouse",
        clientRequestId: "attempt-1",
        acceptedAtMs: noon,
        images: 1,
        inputs: [expect.stringMatching(/^[0-9a-f]{8}$/)],
        watermarked: false,
        size: "1500x1000",
        outcome: "running",
      },
    ]);
    simulator.moveClock({ advanceSeconds: 30 });
    expect((await call).headers.get("x-request-id")).toBe(ledgerOf(simulator)[0]?.id);
  });

  test("a refused call is counted, but not in the ledger", async () => {
    const simulator = frozen();
    await callArk(simulator, { n: 2 });
    expect(simulator.state()).toMatchObject({ calls: { arkGenerate: 1 }, ark: { ledger: [] } });
  });

  test("the same call again is charged again", async () => {
    const simulator = frozen({ arkSeconds: 0, pictureDots: 16 });
    const options = { headers: { "x-client-request-id": "attempt-1" } };
    await callArk(simulator, {}, options);
    await callArk(simulator, {}, options);
    expect(ledgerOf(simulator).map(({ images }) => images)).toEqual([1, 1]);
  });

  test("a client that hangs up is charged, and its call stays in flight until it is done", async () => {
    const simulator = frozen({ pictureDots: 16 });
    const hangUp = new AbortController();
    const call = callArk(simulator, {}, { signal: hangUp.signal });
    await accepted(simulator);
    hangUp.abort(new Error("gave up"));
    await expect(call).rejects.toThrow("gave up");
    expect(simulator.state().ark).toMatchObject({ inFlight: 1, ledger: [{ images: 1, outcome: "abandoned" }] });
    simulator.moveClock({ advanceSeconds: 30 });
    expect(await isPending(Promise.resolve())).toBe(false);
    expect(simulator.state().ark).toMatchObject({ inFlight: 0, ledger: [{ images: 1, outcome: "abandoned" }] });
  });

  test("a client that hangs up within a stream is charged for all images", async () => {
    const simulator = frozen({ pictureDots: 16 });
    const group = { model: models.lite, sequential_image_generation: "auto", stream: true };
    const fields = { ...group, sequential_image_generation_options: { max_images: 2 } };
    const response = await callArk(simulator, fields);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = reader.read();
    simulator.moveClock({ advanceSeconds: 12.5 });
    await first;
    await reader.cancel();
    expect(ledgerOf(simulator)).toMatchObject([{ images: 2, outcome: "abandoned" }]);
  });

  test("the faults of the controls apply to Ark by key", async () => {
    const simulator = frozen({ arkSeconds: 0, pictureDots: 16 });
    simulator.addFault({ endpoint: "arkGenerate", fault: "503-after", session: "demo-key-ap-simulator" });
    expect((await callArk(simulator, {}, { key: "demo-key-ap-another1" })).status).toBe(200);
    expect((await callArk(simulator)).status).toBe(503);
    expect(ledgerOf(simulator)).toHaveLength(2);
    simulator.addFault({ endpoint: "arkGenerate", fault: "ret-77" });
    expect(await refusalOf(callArk(simulator))).toBe("400 77");
  });
});

describe("the ledger in a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simulator-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (arkSeconds: number | null) =>
    frozen({ arkSeconds, pictureDots: 16, store: fileStore(join(folder, "state"), () => {}) });

  test("the ledger survives a restart, and its links stay valid", async () => {
    const before = start(0);
    const link = await linkOf(callArk(before));
    const bytes = await (await before.fetch(link)).arrayBuffer();
    const after = start(0);
    expect(ledgerOf(after)).toEqual(ledgerOf(before));
    expect(Buffer.from(await (await after.fetch(link)).arrayBuffer())).toEqual(Buffer.from(bytes));
  });

  test("a call is saved when it is accepted; the restart loses its answer, not its charge", async () => {
    const before = start(null);
    callArk(before).catch(() => {});
    await accepted(before);
    const after = start(null);
    expect(after.state().ark).toMatchObject({ inFlight: 1, ledger: [{ images: 1, outcome: "lost" }] });
    after.moveClock({ advanceSeconds: 30 });
    expect(after.state().ark.inFlight).toBe(0);
  });

  test("a once-only marker that happened is remembered after a restart", async () => {
    const fields = { prompt: "ark:500-once" };
    expect((await callArk(start(0), fields)).status).toBe(500);
    expect((await callArk(start(0), fields)).status).toBe(200);
  });
});
