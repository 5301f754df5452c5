/**
 * The images of a completed task in OpenAI's words: one JSON answer, or server-sent events. Images as base64 go
 * from the bucket to the caller in small pieces; nothing is held whole.
 */

import type { ImageFormat } from "#api/request/dialect.ts";
import { base64Of } from "#shared/base64.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";

type StoredImage = TaskRecord["images"][number];

/** Tokens are not counted; clients that read them find zeros. */
export const noUsage = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_tokens_details: { image_tokens: 0, text_tokens: 0 },
};

/** Where images are to be had: by their link, and as bytes. */
export type ImageSource = { linkTo: (image: StoredImage) => string; bucket: R2Bucket };

/**
 * The text of the answer, in pieces.
 * @param records all tasks of the request, in order, each with the images that its caller gets; one at least in all.
 */
export async function* answerText(
  records: TaskRecord[],
  { format, source }: { format: ImageFormat; source: ImageSource },
): AsyncGenerator<string, void> {
  const images = records.flatMap((record) => record.images);
  const created = Math.max(...records.filter((record) => record.images.length > 0).map(createdOf));
  yield `{"created":${created},"data":[`;
  for (const [index, image] of images.entries()) {
    const link = `"url":${JSON.stringify(source.linkTo(image))}`;
    if (index > 0) yield ",";
    if (format === "url") yield `{${link}}`;
    else {
      yield format === "both" ? `{${link},"b64_json":"` : '{"b64_json":"';
      yield* base64OfStored(source.bucket, image.key);
      yield '"}';
    }
  }
  const ids = records.map(({ id }) => id);
  const partial = records.find((record) => record.partial);
  const rest = {
    ...(images[0] && { output_format: formatOf(images[0]) }),
    usage: noUsage,
    task_id: ids[0],
    ...(ids.length > 1 && { task_ids: ids }),
    ...(partial !== undefined && { partial: true, ...partialReasonOf(partial) }),
  };
  yield `],${JSON.stringify(rest).slice(1)}`;
}

const partialReasonOf = ({ partialReason: reason }: TaskRecord) =>
  reason === undefined ? {} : { partial_code: reason.code, partial_reason: reason.message };

/** OpenAI's word for the type of a stored image. */
const formatOf = ({ contentType }: StoredImage): string => contentType.replace("image/", "");

type ImageEvent = {
  type: string;
  /** What the event holds beside the image. */
  fields: Record<string, unknown>;
};

/** One event that carries an image, in pieces. */
export async function* imageEvent(
  image: StoredImage,
  { type, fields }: ImageEvent,
  bucket: R2Bucket,
): AsyncGenerator<string, void> {
  const { width, height } = image;
  const head = JSON.stringify({
    type,
    size: `${width}x${height}`,
    quality: "auto",
    background: "auto",
    output_format: formatOf(image),
    ...fields,
  });
  yield `event: ${type}\ndata: ${head.slice(0, -1)},"b64_json":"`;
  yield* base64OfStored(bucket, image.key);
  yield '"}\n\n';
}

/** When the task was completed, Unix seconds. */
export const createdOf = ({ endedAt, createdAt }: TaskRecord): number => Math.floor((endedAt ?? createdAt) / 1000);

async function* base64OfStored(bucket: R2Bucket, key: string): AsyncGenerator<string, void> {
  const stored = await bucket.get(key);
  // The answer has begun: breaking it off is all that is left to show that it is not whole.
  if (stored === null) throw new Error(`The bucket has no image ${key}.`);
  yield* base64Of(stored.body);
}
