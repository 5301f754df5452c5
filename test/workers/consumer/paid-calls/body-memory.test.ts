/** Ten reference images of 20 MB pass into the body of a paid call in pieces, in the Workers runtime. */
import { expect, it } from "vitest";
import { callBody } from "#shared/upstreams/ark/body.ts";
import { bodyStream } from "#shared/upstreams/ark/body-stream.ts";
import type { CallInput, ImageCall } from "#shared/upstreams/image-call.ts";

const piece = 256 * 1024;
const bytes = 80 * piece;
const images = 10;

it("ten images of 20 MB are never held: at most eight pieces are read ahead of what was sent", async () => {
  const counted = { read: 0 };
  const image = (): ReadableStream<Uint8Array> => {
    let left = bytes;
    return new ReadableStream(
      {
        pull(controller) {
          if (left === 0) return controller.close();
          left -= piece;
          counted.read += piece;
          controller.enqueue(new Uint8Array(piece));
        },
      },
      { highWaterMark: 0 },
    );
  };
  const inputs: CallInput[] = Array.from({ length: images }, () => ({
    bytes,
    contentType: "image/png",
    open: async () => image(),
  }));
  const call: ImageCall = {
    ...{ model: "seedream-5.0-flash", prompt: "a fox", size: "2048x2048", count: 1, seed: null },
    ...{ watermark: false, outputFormat: null, inputs, clientRequestId: "one" },
  };
  const body = callBody(call, "ap");
  if (body === null) throw new Error("no such model");
  const sent = new FixedLengthStream(body.bytes);
  const piped = bodyStream(body, inputs, image()).pipeTo(sent.writable);

  let length = 0;
  let maxHeld = 0;
  for await (const part of sent.readable) {
    length += part.byteLength;
    maxHeld = Math.max(maxHeld, counted.read - (length * 3) / 4);
  }
  await piped;

  expect(length).toBe(body.bytes);
  expect(counted.read).toBe(images * bytes);
  expect(maxHeld).toBeLessThanOrEqual(8 * piece);
});
