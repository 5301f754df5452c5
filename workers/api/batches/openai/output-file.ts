/** An output or error file of a batch, for as long as the batch is ended and remembered. */
import type { Context } from "hono";
import { requireBatch } from "#api/batches/find.ts";
import type { CallerEnv } from "#api/caller/caller.ts";
import { linksFor } from "#api/tasks/view.ts";
import { AppError } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import { noSuchFile } from "./no-such-file.ts";
import { outputFileId, outputOf } from "./output-ids.ts";
import { outputText } from "./output-text.ts";
import type { StoredFile } from "./stored-files.ts";

type OutputFile = Omit<StoredFile, "bytes"> & { text: () => AsyncGenerator<string, void> };

/** Null for the id of an uploaded file. @throws AppError `not_found`, also while the batch has not ended. */
export async function outputFile(c: Context<CallerEnv>, fileId: string): Promise<OutputFile | null> {
  const named = outputOf(fileId);
  if (named === null) return null;
  const { caller } = c.var;
  const { batch, coordinator } = await requireBatch(c.env, named.batchId, caller).catch((error: unknown) => {
    throw error instanceof AppError ? noSuchFile() : error;
  });
  const { id, endedAt, expiresAt, counts } = batch;
  if (endedAt === null) {
    throw new AppError(
      "not_found",
      `The batch ${id} has not ended; it has this file then. Poll GET /v1/batches/${id}.`,
    );
  }
  const lines = named.kind === "output" ? counts.completed : counts.failed + counts.cancelled;
  if (lines === 0) throw noSuchFile();
  const reading = { coordinator, id, tags: caller.readableTags };
  const writing = { linkTo: linksFor(c), language: languageOf(c.req.header("accept-language")) };
  return {
    id: outputFileId(id, named.kind),
    filename: `${id}_${named.kind}.jsonl`,
    ...{ createdAt: endedAt, expiresAt, text: () => outputText(reading, named.kind, writing) },
  };
}

/** Its size, by making it once. */
export async function sizeOf({ text }: Pick<OutputFile, "text">): Promise<number> {
  const encoder = new TextEncoder();
  let bytes = 0;
  for await (const piece of text()) bytes += encoder.encode(piece).byteLength;
  return bytes;
}
