/** Sends the failed and cancelled requests of a batch again. */
import type { BatchView, Result, Server } from "./server.ts";

/**
 * The batch makes its failed requests again itself, where it can.
 *
 * @param customIds of its requests
 * @returns the custom_ids that have to be sent as a new batch
 */
export async function retryBatch(
  server: Server,
  { id, status, request_counts: { failed, cancelled } }: BatchView,
  { customIds, note }: { customIds: Set<string>; note: (text: string) => void },
): Promise<string[]> {
  if (failed + cancelled === 0) return [];
  const results = async () => (await server.results(id)).filter(({ custom_id }) => customIds.has(custom_id));
  const before = await results();
  const isCancelled = status === "cancelled" || status === "cancelling";
  const failedTasks = new Set(tasksOf(before, ["failed"]).map(({ task_id }) => task_id));
  const isStillFailed = (all: Result[]) => tasksOf(all, ["failed"]).filter(({ task_id }) => failedTasks.has(task_id));
  // Of a call whose answer was lost: a retry gives the requests new tasks.
  const isTaken = async () => isStillFailed(await results()).length === 0;
  if (failedTasks.size > 0 && !isCancelled && (await server.act(id, "retry", isTaken))) {
    note(`The failed requests of ${id} are sent again.`);
    return tasksOf(before, ["cancelled"]).map(({ custom_id }) => custom_id);
  }
  const now = await results();
  const again = [...isStillFailed(now), ...tasksOf(now, ["cancelled"])];
  if (again.length === 0) return [];
  const [are, they] = again.length === 1 ? ["One request", "it is"] : [`${again.length} requests`, "they are"];
  note(`${are} of ${id} failed or ${again.length === 1 ? "was" : "were"} cancelled; ${they} sent as a new batch.`);
  return again.map(({ custom_id }) => custom_id);
}

const tasksOf = (results: Result[], statuses: Result["status"][]): Result[] =>
  results.filter(({ status }) => statuses.includes(status));
