/**
 * Uploads one reference image to the INPUTS bucket as it arrives, with its type, size and checksum. Buffers at most one
 * part, because a Worker has 128 MB for all the requests it serves.
 */
import { firstPartBytes, minInputBytes, uploadPartBytes } from "#api/limits.ts";
import type { AppError } from "#shared/errors.ts";
import { imageType, referenceTypes, typeHeadBytes } from "#shared/images/image-type.ts";
import type { StagedInput } from "#shared/task/inputs.ts";
import { maxInputBytes } from "#shared/wire/limits.ts";
import { crc32, crc32Hex } from "./crc32.ts";
import { type InputLocation, inputError } from "./input-source.ts";

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
  let contentType: string | null = null;
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
    used += taken;
    return taken;
  }

  async function sendPart(): Promise<R2MultipartUpload> {
    upload ??= await bucket.createMultipartUpload(key, metadata());
    parts.push(await upload.uploadPart(parts.length + 1, buffer.subarray(0, used)));
    used = 0;
    return upload;
  }

  const metadata = () => ({
    httpMetadata: { contentType: contentType ?? recognise(buffer.subarray(0, used), location) },
  });

  return {
    async write(chunk) {
      bytes += chunk.length;
      if (bytes > maxInputBytes) throw tooLarge(location, null);
      crc = crc32(chunk, crc);
      for (let start = 0; start < chunk.length; ) {
        if (used === uploadPartBytes) await sendPart();
        start += fill(chunk.subarray(start));
        if (used >= typeHeadBytes) contentType ??= recognise(buffer.subarray(0, used), location);
      }
    },
    async close() {
      if (bytes === 0) throw inputError("input_image_invalid", location, "is empty");
      contentType ??= recognise(buffer.subarray(0, used), location);
      if (bytes < minInputBytes) throw inputError("input_image_invalid", location, `is cut off after ${bytes} bytes`);
      if (upload === null) await bucket.put(key, buffer.subarray(0, used), metadata());
      else await (await sendPart()).complete(parts);
      return { key, bytes, contentType, crc32: crc32Hex(crc) };
    },
    async abort() {
      await upload?.abort();
    },
  };
}

function recognise(head: Uint8Array, location: InputLocation): string {
  const { contentType, what } = imageType(head);
  if (contentType !== null && referenceTypes.includes(contentType)) return contentType;
  throw inputError("input_image_invalid", location, `is ${what}; send a JPEG, PNG, WebP, GIF or BMP image`);
}

/** @param declared the announced length, if any. */
export function tooLarge(location: InputLocation, declared: number | null): AppError {
  const size = declared === null ? "larger than 30 MiB" : `${declared.toLocaleString("en-US")} bytes`;
  return inputError(
    "input_image_invalid",
    location,
    `is ${size}; the limit is ${maxInputBytes.toLocaleString("en-US")} bytes (30 MiB) an image`,
  );
}

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
