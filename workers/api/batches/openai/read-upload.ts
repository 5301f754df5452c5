/** Reads the form that uploads a file of requests, and checks what can be checked before its endpoint is known. */
import { wrongContentType } from "#api/http/app.ts";
import { maxDrainBytes, maxFormOverheadBytes } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import { maxBatchBytes, maxBatchRequests } from "#shared/wire/limits.ts";

export type Upload = {
  content: Uint8Array;
  filename: string;
  /** How long the caller wants it kept; null: as long as it may be. */
  keptSeconds: number | null;
};

/** @throws AppError. */
export async function readUpload(request: Request): Promise<Upload> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) throw wrongContentType(contentType, "multipart/form-data");
  const body = await readBody(request.body);
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData().catch(() => {
    throw new AppError("invalid_value", "The body is not a well-formed multipart/form-data body.");
  });
  checkPurpose(form.get("purpose"));
  const file = form.get("file");
  if (file === null) throw new AppError("missing_value", "file is required: JSON lines, one request each.", "file");
  const content = typeof file === "string" ? new TextEncoder().encode(file) : new Uint8Array(await file.arrayBuffer());
  if (content.byteLength > maxBatchBytes) throw tooLarge();
  checkLineCount(content);
  const filename = typeof file === "string" ? "" : file.name;
  return {
    content,
    filename: filename.slice(0, maxNameCharacters) || "requests.jsonl",
    keptSeconds: secondsIn(form.get("expires_after[seconds]")),
  };
}

const maxNameCharacters = 200;

/** Reads on behind the limit: a client that is still sending would get a broken connection, not the answer. */
async function readBody(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const limit = maxBatchBytes + maxFormOverheadBytes;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > maxDrainBytes) break;
  }
  if (bytes > limit) throw tooLarge();
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function checkPurpose(purpose: string | File | null): void {
  if (purpose === "batch") return;
  const only = "this server keeps files for batches and nothing else; send purpose=batch";
  if (purpose === null || purpose === "")
    throw new AppError("missing_value", `purpose is required: ${only}.`, "purpose");
  const shown = typeof purpose === "string" ? `"${purpose.slice(0, 30)}"` : "a file";
  throw new AppError("invalid_value", `purpose is ${shown}; ${only}.`, "purpose");
}

function checkLineCount(content: Uint8Array): void {
  const count = textOfFile(content)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
  if (count === 0) throw new AppError("invalid_value", "file is empty; send one request a line.", "file");
  if (count <= maxBatchRequests) return;
  const [has, most] = [count, maxBatchRequests].map((number) => number.toLocaleString("en-US"));
  const advice = "the most for one batch here is";
  throw new AppError("invalid_value", `file has ${has} lines; ${advice} ${most}. Send several files.`, "file");
}

/** @throws AppError for bytes that are not UTF-8. */
export function textOfFile(content: Uint8Array | ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(content);
  } catch {
    throw new AppError("invalid_value", "file is not UTF-8; encode it so.", "file");
  }
}

const secondsIn = (value: string | File | null): number | null =>
  typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : null;

const tooLarge = () =>
  new AppError(
    "body_too_large",
    `file is larger than ${maxBatchBytes / 1024 / 1024} MiB, the limit of a batch here; send several files, and large reference images as addresses.`,
    "file",
  );
