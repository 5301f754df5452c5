/** The results of a batch, as JSON lines or as a table, read from the coordinator page by page while they are sent. */
import { resultsPerPage } from "#api/limits.ts";
import { remedyOf } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import type { BatchCoordinator, BatchItem } from "#shared/task/batch.ts";
import type { StoredImage } from "#shared/task/task-record.ts";

type Reading = { coordinator: BatchCoordinator; id: string; tags: string[] };
type Writing = { linkTo: (image: Pick<StoredImage, "key" | "contentType">) => string; language: Language };
export type ResultsFormat = "jsonl" | "csv";

/** Every request of the batch, in order, in pages. @throws Error when the batch is forgotten meanwhile. */
export async function* itemPages({ coordinator, id, tags }: Reading): AsyncGenerator<BatchItem[], void> {
  for (let after = -1; ; ) {
    const page = await coordinator.batchItems(id, { tags, limit: resultsPerPage, after, status: null });
    if (page === null) throw new Error("the batch is forgotten");
    yield page.items;
    if (!page.hasMore) return;
    after = page.last;
  }
}

export async function* resultsText(
  reading: Reading,
  format: ResultsFormat,
  writing: Writing,
): AsyncGenerator<string, void> {
  if (format === "csv") yield csvLine(csvHeader);
  for await (const items of itemPages(reading)) {
    const texts = items.map((item) =>
      format === "csv" ? csvOf(item, writing) : `${JSON.stringify(lineOf(item, writing))}\n`,
    );
    if (texts.length > 0) yield texts.join("");
  }
}

function lineOf({ customId, line, status, snapshot }: BatchItem, { linkTo, language }: Writing) {
  const { record } = snapshot;
  const { error, endedAt } = record;
  return {
    ...{ custom_id: customId, line, task_id: record.id, status, created_at: seconds(record.createdAt) },
    ...(endedAt !== null && status === "completed" && { completed_at: seconds(endedAt) }),
    images: record.images.map((image) => ({
      url: linkTo(image),
      ...{ width: image.width, height: image.height, bytes: image.bytes, content_type: image.contentType },
    })),
    ...(record.partial && { partial: true }),
    ...(error !== null && {
      error: {
        ...{ code: error.code, message: error.message },
        ...{ hint: remedyOf(error).hint[language], retryable: remedyOf(error).retryable },
      },
    }),
  };
}

const csvHeader = [
  ...["custom_id", "line", "task_id", "status", "image", "url", "width", "height", "bytes", "content_type"],
  ...["error_code", "error"],
];

/** A row for each image; one without an image for a request that has none. */
function csvOf({ customId, line, status, snapshot }: BatchItem, { linkTo }: Writing): string {
  const { id, images, error } = snapshot.record;
  const fault = [error?.code ?? "", error?.message ?? ""];
  const start = [customId, line, id, status];
  if (images.length === 0) return csvLine([...start, "", "", "", "", "", "", ...fault]);
  return images
    .map((image) => {
      const { width, height, bytes, contentType } = image;
      return csvLine([...start, image.index + 1, linkTo(image), width, height, bytes, contentType, ...fault]);
    })
    .join("");
}

/** A line of a table (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe. */
const csvLine = (values: (string | number)[]): string => `${values.map(csvValue).join(",")}\r\n`;

function csvValue(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
