// GET /_samples/<width>x<height>.<png|jpg|gif|webp|bmp>[?bytes=N]: reference images for compositions on a local
// machine. With `bytes` an image is padded to that length and stays valid.

import { type Answer, answerWith, plain } from "./answer.ts";
import { encoders, type SampleFormat, sampleFormats } from "./sample-formats.ts";
import { minPaddingBytes, paddings } from "./sample-padding.ts";

export const samplesPath = "/_samples/";

const maxSide = 16_383;
/** Drawing a PNG needs one byte of memory for each pixel. */
const maxPngPixels = 2 ** 26;
const maxSampleBytes = 2 ** 31;
const badRequest = 400;
const notFound = 404;

export async function sample({ method, url }: Request): Promise<Answer> {
  const { pathname, searchParams } = new URL(url);
  const [, wide, high, ending] = /^\/_samples\/(\d+)x(\d+)\.([a-z]+)$/.exec(pathname) ?? [];
  const format = formatOf(ending);
  if (!format || (method !== "GET" && method !== "HEAD"))
    return plain(notFound, `samples are ${samplesPath}1024x768.png, or ${sampleFormats.join(", ")}`);
  const size = { width: Number(wide), height: Number(high) };
  const refuse = (detail: string) => plain(badRequest, detail);
  if (Math.min(size.width, size.height) < 1 || Math.max(size.width, size.height) > maxSide)
    return refuse(`a side has 1 to ${maxSide} pixels`);
  if (format === "png" && size.width * size.height > maxPngPixels)
    return refuse(`a PNG has at most ${maxPngPixels} pixels`);

  const encode = encoders[format];
  const bare = lengthOf(await encode(size, 0));
  const wanted = Number(searchParams.get("bytes") ?? bare);
  const padding = wanted - bare;
  const isPossible = padding === 0 || padding >= minPaddingBytes[format];
  if (!Number.isInteger(wanted) || wanted > maxSampleBytes || !isPossible)
    return refuse(`bytes is ${bare}, or ${bare + minPaddingBytes[format]} to ${maxSampleBytes}`);
  // A RIFF file has an even length.
  if (format === "webp" && wanted % 2 === 1) return refuse("a WebP has an even number of bytes");

  const { before, after } = await encode(size, padding);
  const pieces = [[before], padding > 0 ? paddings[format](padding) : [], [after]];
  const headers = { "content-type": contentTypes[format], "content-length": String(wanted) };
  return answerWith(new Response(method === "HEAD" ? null : streamOf(pieces), { headers }));
}

const contentTypes: Record<SampleFormat, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
};

function formatOf(ending: string | undefined): SampleFormat | undefined {
  const name = ending === "jpeg" ? "jpg" : ending;
  return sampleFormats.find((format) => format === name);
}

function lengthOf({ before, after }: { before: Uint8Array; after: Uint8Array }): number {
  return before.byteLength + after.byteLength;
}

function streamOf(pieces: Iterable<Uint8Array>[]): ReadableStream<Uint8Array> {
  const iterator = inTurn(pieces);
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* inTurn(lists: Iterable<Uint8Array>[]): Generator<Uint8Array, undefined> {
  for (const list of lists) for (const piece of list) if (piece.byteLength > 0) yield piece;
}
