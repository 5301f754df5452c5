/** The body of a call with reference images, as a stream: each image is opened when its turn comes. */
import { base64Of } from "#shared/base64.ts";
import type { CallInput } from "#shared/upstreams/image-call.ts";
import { type CallBody, imageEnd, imageSeparator, imageStart } from "./body.ts";

/**
 * @param first the opened stream of the first input.
 * @returns a stream that fails when an input cannot be read, or has another length than it stated.
 */
export function bodyStream(
  body: CallBody,
  inputs: readonly CallInput[],
  first: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  const pieces = piecesOf(body, inputs, first);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return();
      // Does nothing where it was read.
      if (!first.locked) await first.cancel();
    },
  });
}

async function* piecesOf(
  body: CallBody,
  inputs: readonly CallInput[],
  first: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  yield encoder.encode(body.head);
  for (const [index, input] of inputs.entries()) {
    const image = index === 0 ? first : await input.open();
    yield encoder.encode(`${index === 0 ? "" : imageSeparator}${imageStart(input)}`);
    let characters = 0;
    for await (const piece of base64Of(image)) {
      characters += piece.length;
      yield encoder.encode(piece);
    }
    if (characters !== 4 * Math.ceil(input.bytes / 3)) throw new Error(`input ${index} has not its stated length`);
    yield encoder.encode(imageEnd);
  }
  yield encoder.encode(body.tail);
}
