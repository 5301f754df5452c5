/** While something is looked for, reads the server's list to its end: older tasks may match, too. */
import { useEffect } from "preact/hooks";
import { maxStoredTasks } from "#web/limits.ts";
import { listProgress, readList } from "#web/state/task-list.ts";
import { tasks } from "#web/state/tasks.ts";
import { isFiltered } from "./finding.ts";

export function useWholeList(): void {
  const { isBusy, hasMore, lastId } = listProgress.value;
  const isWanted = isFiltered.value && hasMore && lastId !== null;
  useEffect(() => {
    // After a failure, "Show older" is left.
    if (isWanted && !isBusy && tasks.peek().size < maxStoredTasks) void readList(lastId).catch(() => undefined);
  }, [isWanted, lastId]);
}
