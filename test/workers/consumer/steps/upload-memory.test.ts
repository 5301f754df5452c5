/** A reference image passes through the consumer in pieces, whatever its size. */
import { expect, it } from "vitest";
import { upload } from "#consumer/steps/upload.ts";

const piece = 256 * 1024;
const pieces = 80;
const bytes = pieces * piece;

/** A bucket with one image, whose bytes are generated while it is read. */
function aBucket(counted: { read: number }): R2Bucket {
  const get = async () => ({
    body: new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (counted.read === bytes) return controller.close();
          counted.read += piece;
          controller.enqueue(new Uint8Array(piece));
        },
      },
      { highWaterMark: 0 },
    ),
  });
  return { head: async () => ({ size: bytes }), get } as unknown as R2Bucket;
}

const order = {
  kind: "upload" as const,
  index: 0,
  input: { key: "imgtask_aaaaaaaaaaaaaaaaaaaaa/0", bytes, contentType: "image/png", crc32: "cbf43926" },
  task: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
  step: 1,
  submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
  session: { upstream: "dreamina" as const, tag: "tag-a", sealed: "v1.a.b", label: "hk-…c3f9" },
  leaseSeconds: 180,
};

it("an upload of 20 MB never holds more than four pieces", async () => {
  const counted = { read: 0 };
  let sent = 0;
  let maxHeld = 0;

  const seen = await upload(
    order,
    {
      async upload(file) {
        for await (const part of await file.body()) {
          maxHeld = Math.max(maxHeld, counted.read - sent);
          sent += part.byteLength;
        }
        return { ok: true, value: { uri: "tos-alisg-i-wopfjsm1ax-sg/0", width: 1, height: 1, format: "png" } };
      },
    },
    aBucket(counted),
  );

  expect(seen).toMatchObject({ kind: "uploaded", upload: { index: 0, width: 1 } });
  expect(sent).toBe(bytes);
  expect(maxHeld).toBeLessThanOrEqual(4 * piece);
});

it("an image that is shorter than it was staged fails its upload, which is repeated", async () => {
  const short = { ...order, input: { ...order.input, bytes: bytes + 1 } };
  const counted = { read: 0 };
  const read = async (body: ReadableStream<Uint8Array>) => {
    for await (const _part of body);
  };
  const seen = upload(
    short,
    {
      async upload(file) {
        await read(await file.body());
        return { ok: true, value: { uri: "tos-alisg-i-wopfjsm1ax-sg/0", width: 1, height: 1, format: "png" } };
      },
    },
    aBucket(counted),
  );
  expect(await seen).toMatchObject({ kind: "notUploaded", failure: { verdict: "again" } });
});
