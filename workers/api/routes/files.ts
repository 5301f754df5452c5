/** GET /images/{task}/{index}: a stored picture, as a browser, a CDN or a download tool wants it. No authorization. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { AppError } from "../../../shared/errors.ts";
import { getImage, imageFileName, imageKey } from "../../../shared/images/store.ts";
import { createRouter } from "../app.ts";
import { errorAnswers } from "../openapi.ts";

const picture = { "image/*": { schema: z.string().meta({ format: "binary" }) } };

const route = createRoute({
  method: "get",
  path: "/images/{task}/{index}",
  summary: "A picture",
  description:
    "The stored picture, with a year of caching, ETag, conditional and range requests. The address cannot be guessed and needs no authorization.",
  tags: ["Images"],
  request: {
    params: z.object({
      task: z
        .string()
        .meta({ description: "The task's id, as it stands in the link.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
      index: z.string().meta({ description: "The picture's place in the task, from 0.", example: "0" }),
    }),
  },
  responses: {
    200: { description: "The picture.", content: picture },
    206: { description: "The range of it that was asked for.", content: picture },
    304: { description: "The caller has it already." },
    ...errorAnswers(404),
    412: { description: "A condition of the request does not hold." },
    416: { description: "The range asked for lies outside the picture." },
  },
});

export const files = createRouter().openapi(route, async (c) => {
  const { headers, method } = c.req.raw;
  const { task, index } = c.req.valid("param");
  const key = imageKey(task, index);
  const image = await getImage(c.env.IMAGES, key, headers).catch(() => "outside" as const);
  if (image === "outside") return new Response(null, { status: 416 });
  if (image === null) throw new AppError("not_found", "There is no such picture.");

  const answer = new Headers();
  image.writeHttpMetadata(answer);
  answer.set("ETag", image.httpEtag);
  answer.set("Last-Modified", image.uploaded.toUTCString());
  answer.set("Accept-Ranges", "bytes");
  answer.set("X-Content-Type-Options", "nosniff");
  const fileName = imageFileName(key, image.httpMetadata?.contentType ?? "");
  answer.set("Content-Disposition", `inline; filename="${fileName}"`);
  if (!("body" in image)) {
    const wasConditionalGet = headers.has("if-none-match") || headers.has("if-modified-since");
    return new Response(null, { status: wasConditionalGet ? 304 : 412, headers: answer });
  }
  const range = headers.has("range") ? spanOf(image) : null;
  if (range !== null) answer.set("Content-Range", `bytes ${range.first}-${range.last}/${image.size}`);
  answer.set("Content-Length", String(range === null ? image.size : range.last - range.first + 1));
  return new Response(method === "HEAD" ? null : image.body, { status: range === null ? 200 : 206, headers: answer });
});

/** First and last byte of what R2 gave; null when it gave the whole. */
function spanOf(image: R2Object): { first: number; last: number } | null {
  const { range, size } = image;
  if (range === undefined) return null;
  if ("suffix" in range) return { first: Math.max(0, size - range.suffix), last: size - 1 };
  const first = range.offset ?? 0;
  return { first, last: Math.min(size, first + (range.length ?? size)) - 1 };
}
