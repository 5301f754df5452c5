/** GET /images/{task}/{index}: a stored picture, as a browser, a CDN or a download tool wants it. No authorization. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { AppError } from "../../../shared/errors.ts";
import { getImage, imageFileName, imageKey, isOutside } from "../../../shared/images/store.ts";
import { createRouter } from "../app.ts";
import { answerHeaders, errorAnswers } from "../openapi.ts";

const picture = { "image/*": { schema: z.string().meta({ format: "binary" }) } };

const route = createRoute({
  method: "get",
  path: "/images/{task}/{index}",
  operationId: "getPicture",
  summary: "A picture",
  description:
    "The stored picture, with a year of caching, ETag, conditional and range requests. The address cannot be guessed and needs no authorization.",
  tags: ["Images"],
  security: [],
  "x-mcp": false,
  request: {
    params: z.object({
      task: z
        .string()
        .meta({ description: "The task's id, as it stands in the link.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
      index: z.string().meta({ description: "The picture's place in the task, from 0.", example: "0" }),
    }),
    query: z.object({
      download: z.string().optional().meta({
        description: "`1`: browsers save the picture as a file instead of showing it.",
        example: "1",
      }),
    }),
  },
  responses: {
    200: {
      description: "The picture.",
      headers: answerHeaders("ETag", "Cache-Control", "Content-Disposition"),
      content: picture,
    },
    206: {
      description: "The range of it that was asked for.",
      headers: answerHeaders("ETag", "Content-Range"),
      content: picture,
    },
    304: { description: "The caller has it already." },
    ...errorAnswers(404, 500),
    412: { description: "A condition of the request does not hold." },
    416: { description: "The range asked for lies outside the picture.", headers: answerHeaders("Content-Range") },
  },
});

export const files = createRouter().openapi(route, async (c) => {
  const { headers, method } = c.req.raw;
  const { task, index } = c.req.valid("param");
  const key = imageKey(task, index);
  const missing = () => new AppError("not_found", "There is no such picture.");
  if (!/^[\w-]{1,100}$/.test(task) || !/^\d{1,4}$/.test(index)) throw missing();
  // RFC 9110 §14.2: a range means something for GET only.
  const range = method === "GET" ? await rangeFor(headers, key, c.env.IMAGES) : null;
  const image = await getImage(c.env.IMAGES, key, headers, range);
  if (image === null) throw missing();

  const answer = new Headers();
  image.writeHttpMetadata(answer);
  answer.set("ETag", image.httpEtag);
  answer.set("Last-Modified", image.uploaded.toUTCString());
  answer.set("Accept-Ranges", "bytes");
  const fileName = imageFileName(key, image.httpMetadata?.contentType ?? "");
  const isDownload = !["", "0", "false", undefined].includes(c.req.valid("query").download);
  answer.set("Content-Disposition", `${isDownload ? "attachment" : "inline"}; filename="${fileName}"`);
  if (!("body" in image)) {
    const status = withoutBody(headers, range, image);
    if (status !== 304) answer.set("Cache-Control", "no-store");
    if (status === 416) answer.set("Content-Range", `bytes */${image.size}`);
    return new Response(null, { status, headers: answer });
  }

  const span = range === null ? null : spanOf(range, image.size);
  if (span !== null) answer.set("Content-Range", `bytes ${span.first}-${span.last}/${image.size}`);
  answer.set("Content-Length", String(span === null ? image.size : span.last - span.first + 1));
  if (method === "HEAD") await image.body.cancel();
  return new Response(method === "HEAD" ? null : image.body, { status: span === null ? 200 : 206, headers: answer });
});

/** The range asked for, unless it was meant for another version of the picture (RFC 9110 §13.1.5). */
async function rangeFor(headers: Headers, key: string, bucket: R2Bucket): Promise<R2Range | null> {
  const range = rangeOf(headers.get("range"));
  const version = headers.get("if-range");
  if (range === null || version === null) return range;
  const found = await bucket.head(key);
  return version === found?.httpEtag || version === found?.uploaded.toUTCString() ? range : null;
}

/** One range of bytes. Several, or another unit, are ignored: RFC 9110 §14.2 lets a server do so. */
function rangeOf(header: string | null): R2Range | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || `${first}${last}` === "") return null;
  if (first === "") return { suffix: Number(last) };
  const offset = Number(first);
  if (last === "") return { offset };
  return Number(last) < offset ? null : { offset, length: Number(last) - offset + 1 };
}

/** First and last byte of a range that the picture has. */
function spanOf(range: R2Range, size: number): { first: number; last: number } {
  if ("suffix" in range) return { first: Math.max(0, size - range.suffix), last: size - 1 };
  const first = range.offset ?? 0;
  return { first, last: Math.min(size, first + (range.length ?? size)) - 1 };
}

/** Why R2 found the picture and gave none of it: a condition held it back, or the range lies outside. */
function withoutBody(headers: Headers, range: R2Range | null, image: R2Object): 304 | 412 | 416 {
  const known = headers.get("if-none-match");
  if (known?.includes(image.httpEtag) || known?.trim() === "*") return 304;
  if (range !== null && isOutside(range, image.size)) return 416;
  return known === null && !headers.has("if-modified-since") ? 412 : 304;
}
