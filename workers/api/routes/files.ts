/** GET /images/{task}/{index}: a stored image, as a browser, a CDN or a download tool wants it. No authorization. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { createRouter } from "#api/http/app.ts";
import { isSameVersion, verdictOf } from "#api/http/conditions.ts";
import { answerHeaders, errorAnswers } from "#api/http/openapi.ts";
import { rangeOf, spanOf } from "#api/http/range.ts";
import { AppError } from "#shared/errors.ts";
import { getImage, imageFileName, imageKeyAt } from "#shared/images/store.ts";
import { fileParams, fileQuery } from "#shared/wire/file.ts";

const image = { "image/*": { schema: z.string().meta({ format: "binary" }) } };

const route = createRoute({
  method: "get",
  path: "/images/{task}/{index}",
  operationId: "getPicture",
  summary: "An image",
  description:
    "The stored image, with a year of caching, ETag, conditional and range requests. The address cannot be guessed and needs no authorization. Links end with the image's type (`/0.png`); without an ending, or with that of another type, the address leads to the same image, and `Content-Type` names its type.",
  tags: ["Images"],
  security: [],
  "x-mcp": false,
  request: {
    params: fileParams,
    query: fileQuery,
  },
  responses: {
    200: {
      description: "The image.",
      headers: answerHeaders("ETag", "Cache-Control", "Content-Disposition"),
      content: image,
    },
    206: {
      description: "The range of it that was asked for.",
      headers: answerHeaders("ETag", "Content-Range"),
      content: image,
    },
    304: { description: "The caller has it already." },
    ...errorAnswers(404, 412, 416, 500),
  },
});

export const files = createRouter().openapi(route, async (c) => {
  const { headers, method } = c.req.raw;
  const { task, index } = c.req.valid("param");
  const key = imageKeyAt(`${task}/${index}`);
  const isHead = method === "HEAD";
  // RFC 9110 §14.2: a range means something for GET only.
  let range = isHead ? null : rangeOf(headers.get("range"));
  if (key === null) throw noSuchImage();
  let image: R2ObjectBody | R2Object | null = await (isHead
    ? c.env.IMAGES.head(key)
    : getImage(c.env.IMAGES, key, range));
  if (image === null) throw noSuchImage();

  const verdict = verdictOf(headers, image);
  if (verdict.kind === "failed") {
    await discard(image);
    throw conditionFailed(verdict.condition, image);
  }
  const ifRange = headers.get("if-range");
  if (verdict.kind === "met" && range !== null && ifRange && !isSameVersion(ifRange, image)) {
    await discard(image);
    range = null;
    image = await getImage(c.env.IMAGES, key, range);
    if (image === null) throw noSuchImage();
  }

  const answer = new Headers();
  image.writeHttpMetadata(answer);
  answer.set("ETag", image.httpEtag);
  answer.set("Last-Modified", image.uploaded.toUTCString());
  answer.set("Accept-Ranges", "bytes");
  const fileName = imageFileName(key, image.httpMetadata?.contentType ?? "");
  const isDownload = !["", "0", "false", undefined].includes(c.req.valid("query").download);
  answer.set("Content-Disposition", `${isDownload ? "attachment" : "inline"}; filename="${fileName}"`);
  if (verdict.kind === "not_modified") {
    await discard(image);
    return new Response(null, { status: 304, headers: answer });
  }

  const body = "body" in image ? image.body : null;
  if (body === null && !isHead) {
    c.header("Content-Range", `bytes */${image.size}`);
    const asked = `The range ${headers.get("range")?.slice(0, 60)} lies outside the image, which has ${image.size} bytes.`;
    throw new AppError("range_not_satisfiable", asked, "range");
  }
  const span = range === null ? null : spanOf(range, image.size);
  if (span !== null) answer.set("Content-Range", `bytes ${span.first}-${span.last}/${image.size}`);
  answer.set("Content-Length", String(span === null ? image.size : span.last - span.first + 1));
  return new Response(body, { status: span === null ? 200 : 206, headers: answer });
});

const noSuchImage = () => new AppError("not_found", "There is no such image.");

function conditionFailed(condition: "If-Match" | "If-Unmodified-Since", image: R2Object): AppError {
  const fact =
    condition === "If-Match"
      ? `the image's ETag is ${image.httpEtag}`
      : `the image was last modified on ${image.uploaded.toUTCString()}`;
  return new AppError("precondition_failed", `${condition} does not hold: ${fact}.`, condition.toLowerCase());
}

/** Left unread, the body would hold its connection to the bucket. */
async function discard(image: R2Object | R2ObjectBody): Promise<void> {
  if ("body" in image) await image.body.cancel();
}
