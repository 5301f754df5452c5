/**
 * A task as OpenAI's image stream: an image as soon as it is stored, if such were asked for; at the end all of them.
 */

import type { Caller } from "#api/caller/caller.ts";
import { errorBody } from "#api/http/error-response.ts";
import { sse } from "#api/http/sse.ts";
import { heartbeatMs } from "#api/limits.ts";
import type { StreamDialect } from "#api/request/dialect.ts";
import { isTerminalRecord } from "#api/tasks/find.ts";
import { followTasks } from "#api/tasks/follow.ts";
import type { Language } from "#shared/language.ts";
import { createdOf, imageEvent, noUsage } from "./answer-text.ts";
import {
  deliveredImages,
  hasNoImages,
  noImagesError,
  type RequestedTasks,
  requestedImages,
} from "./delivered-images.ts";

export async function* openAiEvents(
  env: ApiEnv,
  { found: first, counts }: RequestedTasks,
  { caller, dialect, language }: { caller: Caller; dialect: StreamDialect; language: Language },
): AsyncGenerator<string, void> {
  const { seconds, event, partialImages } = dialect;
  const following = { tags: caller.readableTags, tickMs: heartbeatMs, until: Date.now() + seconds * 1000 };
  const shown = new Set<string>();
  let last = first;
  // At once, so that the answer begins.
  yield sse.comment("accepted");
  for await (const found of followTasks(env, first, following)) {
    last = found;
    const early = found.every(({ record }) => isTerminalRecord(record)) ? [] : requestedImages(found, counts);
    const fresh = early
      .flatMap((record) => record.images.map((image) => ({ image, record })))
      .filter(({ image }) => !shown.has(image.key))
      .slice(0, Math.max(0, partialImages - shown.size));
    if (fresh.length === 0) yield sse.comment("waiting");
    for (const { image, record } of fresh) {
      const fields = { created_at: createdOf(record), partial_image_index: shown.size };
      yield* imageEvent(image, { type: `${event}.partial_image`, fields }, env.IMAGES);
      shown.add(image.key);
    }
  }
  const records = deliveredImages(last, counts);
  if (hasNoImages(records)) {
    yield sse.event({ event: "error", data: JSON.stringify(errorBody(noImagesError(last), language)) });
    return;
  }
  for (const record of records) {
    const fields = { created_at: createdOf(record), usage: noUsage };
    for (const image of record.images) {
      yield* imageEvent(image, { type: `${event}.completed`, fields }, env.IMAGES);
    }
  }
}
