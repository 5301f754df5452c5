/**
 * Uploads one reference image to the INPUTS bucket as it arrives, with its type, size and checksum. Buffers at most one
 * part, because a Worker has 128 MB for all the requests it serves.
 */
import { firstPartBytes, minInputBytes, uploadPartBytes } from "#api/limits.ts";
import { type EndWatch, watchEnd } from "#shared/images/image-end.ts";
import { type ImageType, imageType, referenceTypes, typeHeadBytes } from "#shared/images/image-type.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import { maxInputBytes } from "#shared/wire/limits.ts";
import { crc32, crc32Hex } from "./crc32.ts";
import type { InputLocation } from "./input-source.ts";
import { cutOff, empty, otherType, tooLarge } from "./unusable-image.ts";

export type Staging = {
  /** @throws AppError `input_image_invalid` at the first fault. */
  write: (chunk: Uint8Array) => Promise<void>;
  /** Completes the upload. @throws as `write`. */
  close: () => Promise<StagedInput>;
  /** Aborts the upload. A stored image is not deleted. */
  abort: () => Promise<void>;
};

export function startStaging(bucket: R2Bucket, key: string, location: InputLocation): Staging {
  let buffer = new Uint8Array(firstPartBytes);
  let used = 0;
  let bytes = 0;
  let crc = 0;
  let recognised: Recognised | null = null;
  let upload: R2MultipartUpload | null = null;
  const parts: R2UploadedPart[] = [];

  /** Copies as much of the chunk as fits. @returns the number of bytes. */
  function fill(chunk: Uint8Array): number {
    const taken = Math.min(uploadPartBytes - used, chunk.length);
    if (used + taken > buffer.length) {
      const grown = new Uint8Array(Math.min(uploadPartBytes, Math.max(buffer.length * 2, used + taken)));
      grown.set(buffer.subarray(0, used));
      buffer = grown;
    }
    buffer.set(chunk.subarray(0, taken), used);
    recognised?.end.pass(chunk.subarray(0, taken));
    used += taken;
    return taken;
  }

  async function sendPart(): Promise<R2MultipartUpload> {
    upload ??= await bucket.createMultipartUpload(key, metadataOf(recognised ?? recognise()));
    parts.push(await upload.uploadPart(parts.length + 1, buffer.subarray(0, used)));
    used = 0;
    return upload;
  }

  /** Called once, while the buffer still begins with the image's first byte. */
  function recognise(): Recognised {
    recognised = recogniseStart(buffer.subarray(0, used), location);
    return recognised;
  }

  return {
    async write(chunk) {
      bytes += chunk.length;
      if (bytes > maxInputBytes) throw tooLarge(location, null);
      crc = crc32(chunk, crc);
      for (let start = 0; start < chunk.length; ) {
        if (used === uploadPartBytes) await sendPart();
        start += fill(chunk.subarray(start));
        if (used >= typeHeadBytes && recognised === null) recognise();
      }
    },
    async close() {
      if (bytes === 0) throw empty(location);
      const image = recognised ?? recognise();
      if (bytes < minInputBytes || !image.end.isWhole()) throw cutOff(location, image.what, bytes);
      if (upload === null) await bucket.put(key, buffer.subarray(0, used), metadataOf(image));
      else await (await sendPart()).complete(parts);
      return { key, bytes, contentType: image.contentType, crc32: crc32Hex(crc) };
    },
    async abort() {
      await upload?.abort();
    },
  };
}

type Recognised = { contentType: ImageType; what: string; end: EndWatch };

/** @throws AppError for a type that is not taken. */
function recogniseStart(start: Uint8Array, location: InputLocation): Recognised {
  const file = imageType(start);
  const { contentType, what } = file;
  if (contentType === null || !referenceTypes.includes(contentType)) throw otherType(location, file);
  const end = watchEnd(contentType);
  end.pass(start);
  return { contentType, what, end };
}

const metadataOf = ({ contentType }: Recognised) => ({ httpMetadata: { contentType } });

/** Uploads every byte of a source. Aborts the upload when the source fails. */
export async function stageAll(staging: Staging, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  try {
    for await (const chunk of chunks) await staging.write(chunk);
    return await staging.close();
  } catch (error) {
    // The caller gets the first error.
    await staging.abort().catch(() => {});
    throw error;
  }
}
