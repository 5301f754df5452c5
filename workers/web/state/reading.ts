/** The server's list of tasks, read page by page into the works of this page. */
import { batch, signal } from "@preact/signals";
import { call } from "#web/api/client.ts";
import type { TaskList, TaskView } from "#web/api/shapes.ts";
import { authorization } from "./sessions.ts";
import { mergeList } from "./task.ts";
import { put, works } from "./tasks.ts";

/** How far the server's list has been read. */
export type Reading = { isBusy: boolean; hasMore: boolean; lastId: string | null };
const unread: Reading = { isBusy: false, hasMore: false, lastId: null };
export const reading = signal<Reading>(unread);

/** As many as one page of the list holds here. */
const pageSize = 50;

/** Whose list was read so far: the Authorization it was asked with. */
let listOf: string | null = null;

/** @param after the last one known; null asks for the newest. @throws ApiError */
export async function readList(after: string | null): Promise<void> {
  const credentials = authorization();
  if (credentials !== listOf) reading.value = unread;
  listOf = credentials;
  if (credentials === null) return;
  const before = reading.peek();
  reading.value = { ...before, isBusy: true };
  try {
    const query = new URLSearchParams({ limit: String(pageSize), ...(after !== null && { after }) });
    const { data, has_more, last_id } = await call<TaskList>(`/v1/images/tasks?${query}`, {
      authorization: credentials,
    });
    takeIn(data);
    if (credentials !== listOf) return;
    const isRefresh = after === null && before.lastId !== null;
    const { hasMore, lastId } = isRefresh ? before : { hasMore: has_more && last_id !== null, lastId: last_id };
    reading.value = { isBusy: false, hasMore, lastId };
  } catch (error) {
    if (credentials === listOf) reading.value = { ...before, isBusy: false };
    throw error;
  }
}

function takeIn(views: readonly TaskView[]): void {
  const before = works.peek();
  const after = mergeList(before, views, Date.now());
  if (after === before) return;
  batch(() => {
    for (const work of after.values()) if (before.get(work.key) !== work) put(work);
  });
}
