/** A page of the batches that were created with exactly this set of sessions, or with this API key. */
import type { Caller } from "#api/caller/caller.ts";
import { AppError } from "#shared/errors.ts";
import { type BatchListQuery, type BatchSnapshot, batchesOf } from "#shared/task/batch.ts";

/** @throws AppError `invalid_value` for a batch to go on after that is not the caller's. */
export async function listBatches(
  env: Pick<ApiEnv, "COORDINATOR">,
  { owner, readerTags }: Pick<Caller, "owner" | "readerTags">,
  query: Omit<BatchListQuery, "tags">,
): Promise<{ batches: BatchSnapshot[]; hasMore: boolean }> {
  const answer = await batchesOf(env.COORDINATOR, owner).listBatches({ ...query, tags: readerTags });
  if (answer.kind === "page") return answer;
  throw new AppError("invalid_value", "after is not the id of one of your batches; begin without it.", "after");
}
