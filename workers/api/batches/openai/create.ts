/**
 * Creates a batch from an uploaded file. A file with faults makes a batch too, as at OpenAI: one with the status `failed`
 * and without requests, which names every fault. That is where programs made for OpenAI's API look for them.
 */
import type { Context } from "hono";
import { createBatch } from "#api/batches/create.ts";
import type { CallerEnv } from "#api/caller/caller.ts";
import { InvalidRequestsError } from "#api/http/invalid-requests.ts";
import { AppError } from "#shared/errors.ts";
import type { BatchOrigin, BatchSnapshot } from "#shared/task/batch.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";
import type { BatchEndpoint } from "#shared/wire/openai-batch.ts";
import { createFailedBatch } from "./create-failed.ts";
import { openAiLines } from "./lines.ts";
import { textOfFile } from "./read-upload.ts";
import { openFile } from "./stored-files.ts";

type Given = { input_file_id: string; endpoint: BatchEndpoint; metadata?: Record<string, string> | null };
type Created = { batch: BatchSnapshot; isReplayed: boolean };

/** @throws AppError for a file that is not there, or is no batch at all. */
export async function createOpenAiBatch(c: Context<CallerEnv>, given: Given): Promise<Created> {
  const { input_file_id: file, endpoint } = given;
  const metadata = given.metadata ?? {};
  const found = await openFile(c.env.INPUTS, c.var.caller, file);
  if (found === null) {
    const message = "input_file_id names no file of this Authorization; upload one with POST /v1/files.";
    throw new AppError("invalid_value", message, "input_file_id");
  }
  const lines = openAiLines(textOfFile(await found.body.arrayBuffer()), endpoint);
  const origin: BatchOrigin = { endpoint, file, faults: [] };
  const identity = JSON.stringify([endpoint, file, metadata]);
  // One task makes each request's images, so `n` is as much as one task makes.
  const counting = { countWithoutN: 1 as const, maySplit: false };
  try {
    return await createBatch(c, { lines, metadata, counting, origin }, { skipsInvalid: false, identity });
  } catch (error) {
    if (!(error instanceof InvalidRequestsError)) throw error;
    const faults = error.invalid.map(faultOf);
    return createFailedBatch(c, { origin: { ...origin, faults }, metadata, identity });
  }
}

/** A name of a field may be of any length, and the faults are stored in one row. */
const faultOf = ({ line, code, message, param }: InvalidRequest): BatchOrigin["faults"][number] => ({
  ...{ line, code, message: message.slice(0, maxMessageCharacters) },
  param: param?.slice(0, maxParamCharacters) ?? null,
});

/** With 1,000 faults about 1 MB; a row takes 2 (Cloudflare documentation, SQLite in Durable Objects). */
const maxMessageCharacters = 300;
const maxParamCharacters = 100;
