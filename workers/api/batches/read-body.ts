/** Reads the body of a batch piece by piece, so that one that is too large is never held. */
import { AppError } from "#shared/errors.ts";
import { maxBatchBytes } from "#shared/wire/limits.ts";
import { type BatchFields, readLines } from "./read-lines.ts";

/** @returns its requests, and its text. @throws AppError for a body that is too large, or no batch at all. */
export async function readBatch(request: Request): Promise<{ fields: BatchFields; text: string }> {
  const text = await readText(request);
  return { fields: readLines(text, request.headers.get("content-type") ?? ""), text };
}

async function readText(request: Pick<Request, "headers" | "body">): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBatchBytes) throw tooLarge();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new AppError("invalid_json", "The body is not UTF-8; encode it so.");
    }
  };
  let bytes = 0;
  let text = "";
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBatchBytes) throw tooLarge();
    text += decoded(chunk);
  }
  return text + decoded();
}

const tooLarge = () =>
  new AppError(
    "body_too_large",
    `The body is larger than ${maxBatchBytes / 1024 / 1024} MiB, the limit of a batch; send the requests as several batches, and large reference images as addresses.`,
  );
