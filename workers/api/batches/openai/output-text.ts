/**
 * The results of a batch as OpenAI's output and error files, made from its tasks while they are read. Failed requests have
 * the answer that they would have had alone.
 */
import { itemPages } from "#api/batches/results.ts";
import { errorBody, statusOfFailure } from "#api/http/error-response.ts";
import { createdOf, noUsage } from "#api/openai/answer-text.ts";
import { TaskFailedError } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import type { BatchCoordinator, BatchItem } from "#shared/task/batch.ts";
import type { StoredImage } from "#shared/task/task-record.ts";
import type { OutputKind } from "./output-ids.ts";

type Reading = { coordinator: BatchCoordinator; id: string; tags: string[] };
type Writing = { linkTo: (image: Pick<StoredImage, "key" | "contentType">) => string; language: Language };

export async function* outputText(reading: Reading, kind: OutputKind, writing: Writing): AsyncGenerator<string, void> {
  for await (const items of itemPages(reading)) {
    const wanted = items.filter(({ status }) => (status === "completed") === (kind === "output"));
    const text = wanted.map((item) => `${JSON.stringify(lineOf(item, writing))}\n`).join("");
    if (text !== "") yield text;
  }
}

function lineOf(item: BatchItem, writing: Writing) {
  const { id } = item.snapshot.record;
  const common = { id: `batch_req_${id.slice("imgtask_".length)}`, custom_id: item.customId };
  if (item.status === "cancelled") {
    const error = { code: "batch_cancelled", message: "This request was cancelled." };
    return { ...common, response: null, error };
  }
  const { status_code, body } = item.status === "completed" ? imagesOf(item, writing) : failureOf(item, writing);
  return { ...common, response: { status_code, request_id: id, body }, error: null };
}

function imagesOf({ snapshot: { record } }: BatchItem, { linkTo }: Writing) {
  const data = record.images.map((image) => ({ url: linkTo(image) }));
  const format = record.images[0]?.contentType.replace("image/", "");
  return {
    status_code: 200,
    body: {
      ...{ created: createdOf(record), data, output_format: format, usage: noUsage, task_id: record.id },
      ...(record.partial && { partial: true }),
    },
  };
}

function failureOf({ snapshot: { record } }: BatchItem, { language }: Writing) {
  const failure = record.error ?? { code: "internal" as const, message: "The task failed; why was not kept." };
  const body = errorBody(new TaskFailedError([record.id], failure), language);
  return { status_code: statusOfFailure(failure.code), body };
}
