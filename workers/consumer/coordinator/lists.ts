/** What the coordinator answers to a list, and to a search by submit ids. Reads only. */
import type { ListAnswer, Listed, ListQuery } from "../../../shared/task/coordinator.ts";
import { snapshotOf } from "../../../shared/task/view.ts";
import { selectBySubmitId, selectListed } from "./listing.ts";
import { selectParkedPlaces, selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];

export function list(sql: Sql, query: ListQuery, now: number): ListAnswer {
  const ids = selectListed(sql, { ...query, limit: query.limit + 1 });
  if (ids === null) return { kind: "unknown_cursor" };
  return { kind: "page", tasks: listed(sql, ids.slice(0, query.limit), now), hasMore: ids.length > query.limit };
}

export function search(sql: Sql, submitIds: string[], { tags, now }: { tags: string[]; now: number }): Listed[] {
  const ids = submitIds.map((submitId) => selectBySubmitId(sql, submitId, tags));
  return listed(
    sql,
    ids.filter((id) => id !== null),
    now,
  );
}

function listed(sql: Sql, ids: string[], now: number): Listed[] {
  const tasks = ids.map((id) => selectTask(sql, id));
  // The whole line once, and not once for each task in it.
  const places = tasks.some((task) => task?.phase === "parked") ? selectParkedPlaces(sql) : new Map<string, number>();
  return ids.map((id, index) => {
    const task = tasks[index] ?? null;
    return { id, snapshot: task && snapshotOf(task, now, places.get(id) ?? null) };
  });
}
