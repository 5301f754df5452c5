/**
 * Uploads one reference image from the INPUTS bucket to the upstream, as a stream. Each upload is reported on its own,
 * so that none is repeated. Decides nothing.
 */
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { JobConnection } from "#shared/upstreams/index.ts";
import { loggedFailure } from "./failure.ts";

export async function upload(
  order: Extract<Order, { kind: "upload" }>,
  upstream: Pick<JobConnection, "upload">,
  inputs: R2Bucket,
): Promise<Observation> {
  const { index, input } = order;
  const about = { task: order.task, order: order.kind, index, session: order.session.label };
  try {
    if ((await inputs.head(input.key)) === null) return { kind: "notUploaded", failure: gone(index) };
    const answer = await upstream.upload({
      bytes: input.bytes,
      crc32: input.crc32,
      body: async () => {
        const image = await inputs.get(input.key);
        if (image === null) throw new Error("the staged image is gone");
        return withLength(image.body, input.bytes);
      },
    });
    if (answer.ok) return { kind: "uploaded", upload: { index, ...answer.value } };
    return { kind: "notUploaded", failure: loggedFailure(answer.error, about) };
  } catch (error) {
    // A fault of the bucket: the next attempt may succeed.
    log("warn", "input_unreadable", { ...about, error });
    return { kind: "notUploaded", failure: unreadable };
  }
}

/** The upstream wants the length before the bytes; a Worker states it for streams of this kind only. */
function withLength(body: ReadableStream<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(bytes);
  // A fault while reading reaches the call through the stream.
  body.pipeTo(writable).catch(() => {});
  return readable;
}

const unreadable: Failure = {
  verdict: "again",
  error: { code: "internal", message: "A reference image could not be read from this server's storage." },
  retryAfterSeconds: null,
};

/** Only the bucket's lifecycle rule can have deleted it: the task waited longer than inputs are kept. */
const gone = (index: number): Failure => ({
  verdict: "refused",
  error: {
    code: "input_image_unreachable",
    message: `Reference image ${index + 1} is no longer stored here: the task waited too long. Send the request again.`,
  },
  retryAfterSeconds: null,
});
