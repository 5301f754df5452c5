/**
 * One reference image on its way into the INPUTS bucket: recognised, counted, checksummed and stored as it comes. No
 * more than one part of it is ever held, whether its length is known or not, because a Worker has 128 MB for all the
 * requests it serves.
 */
import { firstPartBytes, maxInputBytes, minInputBytes, uploadPartBytes } from "#api/limits.ts";
import type { AppError } from "#shared/errors.ts";
import { imageType, referenceTypes, typeHeadBytes } from "#shared/images/image-type.ts";
import type { StagedInput } from "#shared/task/schema.ts";
import { crc32, crc32Hex } from "./crc32.ts";
import { type InputLocation, inputError } from "./input-source.ts";

export type Staging = {
  /** @throws AppError `input_image_invalid` as soon as it is seen. */
  write: (chunk: Uint8Array) => Promise<void>;
  /** Nothing more comes. @throws as `write`. */
  close: () => Promise<StagedInput>;
  /** Aborts an upload. An image that is stored already is deleted by its key. */
  abandon: () => Promise<void>;
};

export function startStaging(bucket: R2Bucket, key: string, place: InputLocation): Staging {
  let held = new Uint8Array(firstPartBytes);
  let used = 0;
  let bytes = 0;
  let crc = 0;
  let contentType: string | null = null;
  let upload: R2MultipartUpload | null = null;
  const parts: R2UploadedPart[] = [];

  /** Copies as much of the chunk as fits. @returns the number of bytes. */
  function hold(chunk: Uint8Array): number {
    const taken = Math.min(uploadPartBytes - used, chunk.length);
    if (used + taken > held.length) {
      const grown = new Uint8Array(Math.min(uploadPartBytes, Math.max(held.length * 2, used + taken)));
      grown.set(held.subarray(0, used));
      held = grown;
    }
    held.set(chunk.subarray(0, taken), used);
    used += taken;
    return taken;
  }

  async function sendPart(): Promise<R2MultipartUpload> {
    upload ??= await bucket.createMultipartUpload(key, metadata());
    parts.push(await upload.uploadPart(parts.length + 1, held.subarray(0, used)));
    used = 0;
    return upload;
  }

  const metadata = () => ({ httpMetadata: { contentType: contentType ?? recognise(held.subarray(0, used), place) } });

  return {
    async write(chunk) {
      bytes += chunk.length;
      if (bytes > maxInputBytes) throw tooLarge(place, null);
      crc = crc32(chunk, crc);
      for (let start = 0; start < chunk.length; ) {
        if (used === uploadPartBytes) await sendPart();
        start += hold(chunk.subarray(start));
        if (used >= typeHeadBytes) contentType ??= recognise(held.subarray(0, used), place);
      }
    },
    async close() {
      if (bytes === 0) throw inputError("input_image_invalid", place, "is empty");
      contentType ??= recognise(held.subarray(0, used), place);
      if (bytes < minInputBytes) throw inputError("input_image_invalid", place, `is cut off after ${bytes} bytes`);
      if (upload === null) await bucket.put(key, held.subarray(0, used), metadata());
      else await (await sendPart()).complete(parts);
      return { key, bytes, contentType, crc32: crc32Hex(crc) };
    },
    async abandon() {
      await upload?.abort();
    },
  };
}

function recognise(head: Uint8Array, place: InputLocation): string {
  const { contentType, what } = imageType(head);
  if (contentType !== null && referenceTypes.includes(contentType)) return contentType;
  throw inputError("input_image_invalid", place, `is ${what}; send a JPEG, PNG, WebP, GIF or BMP image`);
}

/** @param declared its length, if it was told before it came. */
export function tooLarge(place: InputLocation, declared: number | null): AppError {
  const size = declared === null ? "larger than 30 MiB" : `${declared.toLocaleString("en-US")} bytes`;
  return inputError(
    "input_image_invalid",
    place,
    `is ${size}; the limit is ${maxInputBytes.toLocaleString("en-US")} bytes (30 MiB) an image`,
  );
}

/** Every byte of a source into the bucket. Nothing of it is left behind when it fails. */
export async function stageAll(staging: Staging, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  try {
    for await (const chunk of chunks) await staging.write(chunk);
    return await staging.close();
  } catch (error) {
    // What went wrong first is what the caller is told.
    await staging.abandon().catch(() => {});
    throw error;
  }
}
