/** Whether the page has nothing to show, and will not have once everything has been read. */
import { computed } from "@preact/signals";
import { shownBatches } from "#web/state/batches.ts";
import { listProgress } from "#web/state/task-list.ts";
import { completed, current, failed } from "#web/state/tasks.ts";
import { isRestored } from "#web/state/watch.ts";

export const isNothingThere = computed(() => {
  const shown = [current, completed, failed, shownBatches].some(({ value }) => value.length > 0);
  return !shown && isRestored.value && !listProgress.value.isBusy && !listProgress.value.hasMore;
});
