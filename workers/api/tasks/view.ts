/**
 * A task as its caller reads it: the schema of the answer, and the answer itself. Shared by every route that shows one.
 */

import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import { smallKey } from "#shared/images/small-key.ts";
import { imagePath } from "#shared/images/store.ts";
import { languageOf } from "#shared/language.ts";
import { type ImageLinks, renderTask, retryAfterSeconds } from "#shared/task/view.ts";
import type { TaskView } from "#shared/wire/task.ts";
import type { Found } from "./find.ts";
import { openRequest } from "./kept-request.ts";

/** The answer to a poll; the headers that go with it are set on the way. */
export function showTask(c: Context<CallerEnv>, found: Found): TaskView {
  const wait = retryAfterSeconds(found);
  if (wait !== null) c.header("Retry-After", String(wait));
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", languageOf(c.req.header("accept-language")));
  return viewOf(c, found);
}

/** As `showTask`, with the task's request. */
export const showTaskWithRequest = async (c: Context<CallerEnv>, found: Found): Promise<TaskView> => ({
  ...showTask(c, found),
  ...(await openRequest(c, found.record)),
});

/** The views of several tasks, with their requests. */
export const viewsOf = (c: Context<CallerEnv>, found: Found[]): Promise<TaskView[]> =>
  Promise.all(found.map(async (one) => ({ ...viewOf(c, one), ...(await openRequest(c, one.record)) })));

/** The view alone, for answers that hold several. */
export const viewOf = (c: Context<CallerEnv>, found: Found): TaskView =>
  renderTask(
    found,
    { linkTo: linksFor(c), smallLinkTo: smallLinksFor(c) },
    languageOf(c.req.header("accept-language")),
  );

/**
 * Makes an image's link: at the address the caller used, with the ending of its type; or in the public bucket, which
 * knows it by its key alone.
 */
export function linksFor(c: Context<CallerEnv>): ImageLinks["linkTo"] {
  const bucket = c.var.config.PUBLIC_IMAGE_BASE_URL;
  if (bucket !== undefined) return ({ key }) => `${bucket}/${key}`;
  const base = new URL("/images", ownUrl(c)).href;
  return (image) => `${base}/${imagePath(image)}`;
}

/** At the API's own address always: a public bucket has no answer where there is no small version. */
function smallLinksFor(c: Context<CallerEnv>): ImageLinks["smallLinkTo"] {
  const base = new URL("/images", ownUrl(c)).href;
  return ({ key }) => `${base}/${smallKey(key)}`;
}
