/**
 * GET /images/{task}/{index}, and its small version below: stored images, as a browser, a CDN or a download tool wants
 * them. No authorization.
 */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { type AppEnv, createRouter } from "#api/http/app.ts";
import { isSameVersion, verdictOf } from "#api/http/conditions.ts";
import { answerHeaders, errorAnswers } from "#api/http/openapi.ts";
import { rangeOf, spanOf } from "#api/http/range.ts";
import { AppError } from "#shared/errors.ts";
import { smallKey } from "#shared/images/small-key.ts";
import { getImage, imageFileName, imageKeyAt, imagePath } from "#shared/images/store.ts";
import { fileParams, fileQuery } from "#shared/wire/file.ts";

const image = { "image/*": { schema: z.string().meta({ format: "binary" }) } };

const common = {
  method: "get" as const,
  tags: ["Images"],
  security: [],
  "x-mcp": false,
  request: {
    params: fileParams,
    query: fileQuery,
  },
};

const whole = {
  description: "The image.",
  headers: answerHeaders("ETag", "Cache-Control", "Content-Disposition"),
  content: image,
};
const part = {
  description: "The range of it that was asked for.",
  headers: answerHeaders("ETag", "Content-Range"),
  content: image,
};
const known = { description: "The caller has it already." };

const route = createRoute({
  ...common,
  path: "/images/{task}/{index}",
  operationId: "getPicture",
  summary: "An image",
  description:
    "The stored image, with a year of caching, ETag, conditional and range requests. The address cannot be guessed and needs no authorization. Links end with the image's type (`/0.png`); without an ending, or with that of another type, the address leads to the same image, and `Content-Type` names its type.",
  responses: { 200: whole, 206: part, 304: known, ...errorAnswers(404, 412, 416, 500) },
});

/** A small version that is stored a little later than its image is found after this. */
const redirectCaching = "public, max-age=60";

const smallRoute = createRoute({
  ...common,
  path: "/images/{task}/{index}/small",
  operationId: "getSmallPicture",
  summary: "An image, small",
  description:
    "A version of the image for lists and galleries, about 480 pixels on its longer side, served as `getPicture` serves the image. It is copied from Dreamina's own scaled pictures. Where there is none, the answer leads to the image itself: clouds offer no scaled pictures, and a copy that fails is not repeated.",
  responses: {
    200: whole,
    206: part,
    302: {
      description: "There is no small version: the address of the image itself.",
      headers: { Location: { schema: { type: "string" }, description: "The image's address, relative to this one." } },
    },
    304: known,
    ...errorAnswers(404, 412, 416, 500),
  },
});

type FileContext = Context<AppEnv>;
/** Whether the image is to be saved instead of shown. */
type Showing = { isDownload: boolean };

export const files = createRouter()
  .openapi(route, async (c) => {
    const { task, index } = c.req.valid("param");
    const key = imageKeyAt(`${task}/${index}`);
    const answer = key === null ? null : await served(c, key, showingOf(c.req.valid("query")));
    if (answer === null) throw noSuchImage();
    return answer;
  })
  .openapi(smallRoute, async (c) => {
    const { task, index } = c.req.valid("param");
    const key = imageKeyAt(`${task}/${index}`);
    if (key === null) throw noSuchImage();
    const answer = await served(c, smallKey(key), showingOf(c.req.valid("query")));
    if (answer !== null) return answer;
    const original = await c.env.IMAGES.head(key);
    if (original === null) throw noSuchImage();
    const path = imagePath({ key, contentType: original.httpMetadata?.contentType ?? "" });
    const location = `../${path.split("/").at(-1)}${new URL(c.req.url).search}`;
    return new Response(null, { status: 302, headers: { Location: location, "Cache-Control": redirectCaching } });
  });

const showingOf = ({ download }: { download?: string | undefined }): Showing => ({
  isDownload: !["", "0", "false", undefined].includes(download),
});

/** The object under this key, as the request's conditions and range ask for it; null when there is none. */
async function served(c: FileContext, key: string, { isDownload }: Showing): Promise<Response | null> {
  const { headers, method } = c.req.raw;
  const isHead = method === "HEAD";
  // RFC 9110 §14.2: a range means something for GET only.
  let range = isHead ? null : rangeOf(headers.get("range"));
  let image: R2ObjectBody | R2Object | null = await (isHead
    ? c.env.IMAGES.head(key)
    : getImage(c.env.IMAGES, key, range));
  if (image === null) return null;

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
    if (image === null) return null;
  }

  const answer = new Headers();
  image.writeHttpMetadata(answer);
  answer.set("ETag", image.httpEtag);
  answer.set("Last-Modified", image.uploaded.toUTCString());
  answer.set("Accept-Ranges", "bytes");
  const fileName = imageFileName(key, image.httpMetadata?.contentType ?? "");
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
}

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
