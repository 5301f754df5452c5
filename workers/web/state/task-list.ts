/** Reads the server's list of tasks, page by page, into the tasks of this page. */

import { batch, signal } from "@preact/signals";
import type { TaskList, TaskView } from "#shared/wire/task.ts";
import { listPageSize } from "#web/limits.ts";
import { call } from "./client.ts";
import { deletedTasks } from "./deletion.ts";
import { authorization } from "./sessions.ts";
import { mergeList } from "./task.ts";
import { put, tasks } from "./tasks.ts";

/** How far the server's list has been read. */
export type ListProgress = { isBusy: boolean; hasMore: boolean; lastId: string | null };
const unread: ListProgress = { isBusy: false, hasMore: false, lastId: null };
export const listProgress = signal<ListProgress>(unread);

/** The Authorization header that the list was read with. */
let listOf: string | null = null;

/** @param after id of the last known task; null reads the newest. @throws ApiError */
export async function readList(after: string | null): Promise<void> {
  const credentials = authorization();
  if (credentials !== listOf) listProgress.value = unread;
  listOf = credentials;
  if (credentials === null) return;
  const before = listProgress.peek();
  listProgress.value = { ...before, isBusy: true };
  try {
    const query = new URLSearchParams({ limit: String(listPageSize), ...(after !== null && { after }) });
    const { data, has_more, last_id } = await call<TaskList>(`/v1/images/tasks?${query}`, {
      authorization: credentials,
    });
    mergeViews(data);
    if (credentials !== listOf) return;
    const isRefresh = after === null && before.lastId !== null;
    const { hasMore, lastId } = isRefresh ? before : { hasMore: has_more && last_id !== null, lastId: last_id };
    listProgress.value = { isBusy: false, hasMore, lastId };
  } catch (error) {
    if (credentials === listOf) listProgress.value = { ...before, isBusy: false };
    throw error;
  }
}

function mergeViews(views: readonly TaskView[]): void {
  const before = tasks.peek();
  // A list may have been asked for before a task of it was deleted.
  const there = views.filter(({ id }) => !deletedTasks.has(id));
  const after = mergeList(before, there, Date.now());
  if (after === before) return;
  batch(() => {
    for (const task of after.values()) if (before.get(task.key) !== task) put(task);
  });
}
