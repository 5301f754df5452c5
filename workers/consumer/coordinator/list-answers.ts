/** What the coordinator answers to a list, and to a search by submit ids. Reads only. */
import type { ListAnswer, Listed, ListQuery, Snapshot } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/schema.ts";
import { selectBySubmitId, selectListed } from "./listing.ts";
import { selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];

/** @param snapshot of a task as it is now. */
export function list(sql: Sql, query: ListQuery, snapshot: (task: Task) => Snapshot): ListAnswer {
  const ids = selectListed(sql, { ...query, limit: query.limit + 1 });
  if (ids === null) return { kind: "unknown_cursor" };
  const tasks = ids.slice(0, query.limit).map((id) => listed(sql, id, snapshot));
  return { kind: "page", tasks, hasMore: ids.length > query.limit };
}

export function search(
  sql: Sql,
  { submitIds, tags }: { submitIds: string[]; tags: string[] },
  snapshot: (task: Task) => Snapshot,
): Listed[] {
  const ids = submitIds.map((submitId) => selectBySubmitId(sql, submitId, tags));
  return ids.filter((id) => id !== null).map((id) => listed(sql, id, snapshot));
}

function listed(sql: Sql, id: string, snapshot: (task: Task) => Snapshot): Listed {
  const task = selectTask(sql, id);
  return { id, snapshot: task && snapshot(task) };
}
