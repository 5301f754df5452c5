/**
 * Reference images that are files on this machine: `"images": ["cat.png"]`. They are read when their part is sent, and
 * travel as data URLs. Everything that is a link, a data URL or base64 stays as it is.
 */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { BatchRequest } from "./requests.ts";

const types: Record<string, string> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".bmp": "image/bmp",
};

const typeOf = (text: string): string | undefined => types[path.extname(text).toLowerCase()];
const isFileName = (text: unknown): text is string =>
  typeof text === "string" &&
  text.length < 1_000 &&
  !/^\s*([a-z][a-z\d+.-]+:|\[)/i.test(text) &&
  typeOf(text) !== undefined;

const fields = ["image", "images"];
const filesOf = ({ body }: BatchRequest): string[] => fields.flatMap((name) => [body[name]].flat()).filter(isFileName);

/** The bytes that a request's files add to its body, or the name of one that cannot be read. */
export function addedBytes(request: BatchRequest, folder: string): number | { missing: string } {
  let bytes = 0;
  for (const file of filesOf(request)) {
    const found = statSync(path.resolve(folder, file), { throwIfNoEntry: false });
    if (found?.isFile() !== true) return { missing: file };
    bytes += Math.ceil(found.size / 3) * 4 + 100;
  }
  return bytes;
}

/** The body with its files as data URLs. Throws when one cannot be read. */
export function withImages(request: BatchRequest, folder: string): Record<string, unknown> {
  if (filesOf(request).length === 0) return request.body;
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    if (!isFileName(value)) return value;
    return `data:${typeOf(value)};base64,${readFileSync(path.resolve(folder, value)).toString("base64")}`;
  };
  const images = fields.flatMap((name) => (name in request.body ? [[name, read(request.body[name])]] : []));
  return { ...request.body, ...Object.fromEntries(images) };
}
