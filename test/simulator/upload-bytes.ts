// POST <upload host>/upload/v1/<uri>: measures the bytes of an image while they arrive, compares them with the
// announced length and checksum, and stores their properties, not the bytes.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type Answer, json } from "./answer.ts";
import { readImageHeader } from "./image-header.ts";
import type { ImagexCall } from "./imagex.ts";
import type { StoredBytes, Upload } from "./uploads.ts";
import type { World } from "./world.ts";

export const uploadPath = "/upload/v1/";

const badRequest = 400;
const forbidden = 403;
const arrived = 2000;
/** The size of a JPEG follows its metadata, which may be long. */
const headBytes = 512 * 1024;

export async function uploadBytes(world: World, { facts, address, request }: ImagexCall): Promise<Answer> {
  const refuse = (httpStatus: number, message: string) => json({ code: httpStatus, message }, httpStatus);
  const { headers } = request;
  const upload = world.uploads.byUri(address.path.slice(uploadPath.length));
  if (!upload || upload.cluster !== facts.cluster) return refuse(forbidden, "no upload was announced for this uri");
  const problem = headerProblem(headers, upload);
  if (problem) return refuse(forbidden, problem);
  if (!request.body) return refuse(badRequest, "no bytes");

  const measured = await measure(request.body, upload.announcedBytes);
  if (measured === "cut off") return { kind: "reset" };
  if (measured === "too long") return refuse(badRequest, `more bytes than FileSize, ${upload.announcedBytes}`);
  if (measured.bytes !== upload.announcedBytes)
    return refuse(badRequest, `${measured.bytes} bytes arrived, FileSize was ${upload.announcedBytes}`);
  if (measured.crc32 !== headers.get("content-crc32"))
    return refuse(badRequest, `Content-CRC32 is not ${measured.crc32}`);

  upload.stored = measured;
  return json({ code: arrived, message: "Success", data: { crc32: measured.crc32 } });
}

function headerProblem(headers: Headers, upload: Upload): string | undefined {
  if (headers.get("authorization") !== upload.auth) return "Authorization is not the Auth of this uri's StoreInfos";
  if (!/^[0-9a-f]{8}$/.test(headers.get("content-crc32") ?? "")) return "Content-CRC32 is not 8 lower-case hex digits";
  if (!/^attachment; *filename=/.test(headers.get("content-disposition") ?? ""))
    return 'Content-Disposition is not attachment; filename="…"';
  const type = headers.get("content-type") ?? "";
  if (type !== "application/octet-stream" && !type.startsWith("image/"))
    return "Content-Type is neither application/octet-stream nor image/*";
  return undefined;
}

async function measure(body: ReadableStream<Uint8Array>, limit: number): Promise<StoredBytes | "too long" | "cut off"> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  const head = new Uint8Array(Math.min(limit, headBytes));
  let bytes = 0;
  let check = 0;
  try {
    for await (const piece of body) {
      if (bytes < head.byteLength) head.set(piece.subarray(0, head.byteLength - bytes), bytes);
      bytes += piece.byteLength;
      check = crc32(piece, check);
      md5.update(piece);
      sha256.update(piece);
      // Reads on so that the sender receives the answer, up to twice the limit.
      if (bytes > limit * 2) return "too long";
    }
  } catch {
    return "cut off";
  }
  if (bytes > limit) return "too long";
  const hexDigits = 8;
  return {
    bytes,
    crc32: check.toString(16).padStart(hexDigits, "0"),
    md5: md5.digest("hex"),
    sha256: sha256.digest("hex"),
    head: readImageHeader(head.subarray(0, bytes)),
  };
}
