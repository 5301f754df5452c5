/** The images of completed tasks as one JSON answer in the form of OpenAI. */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { textStream } from "#api/http/text-stream.ts";
import type { ImageFormat } from "#api/request/dialect.ts";
import { taskPath } from "#api/tasks/path.ts";
import { linksFor } from "#api/tasks/view.ts";
import { TaskFailedError } from "#shared/errors.ts";
import { findImage } from "#shared/images/store.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { answerText } from "./answer-text.ts";
import { deliveredImages, hasNoImages, noImagesError, type RequestedTasks } from "./delivered-images.ts";

/** @throws TaskFailedError when there is no image to deliver. */
export async function imagesAnswer(
  c: Context<CallerEnv>,
  { found, counts }: RequestedTasks,
  format: ImageFormat,
): Promise<Response> {
  const records = deliveredImages(found, counts);
  if (hasNoImages(records)) throw noImagesError(found);
  const bucket = c.env.IMAGES;
  // Checked first: once the answer has begun, an error can no longer be sent.
  if (format !== "url") await Promise.all(records.map((record) => checkStored(record, bucket)));
  c.header("Content-Type", "application/json");
  c.header("Cache-Control", "no-store");
  c.header("Location", taskPath(records[0]?.id ?? ""));
  return c.body(textStream(answerText(records, { format, source: { linkTo: linksFor(c), bucket } })), 200);
}

async function checkStored({ id, images }: TaskRecord, bucket: R2Bucket): Promise<void> {
  const found = await Promise.all(images.map(({ key }) => findImage(bucket, key)));
  if (!found.includes(null)) return;
  const message = "An image of this task is not in the bucket any more.";
  throw new TaskFailedError([id], { code: "internal", message, retryable: false });
}
