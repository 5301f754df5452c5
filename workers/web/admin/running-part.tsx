/** Requests under way of all callers. */
import type * as z from "zod";
import type { adminTaskListSchema } from "#shared/wire/administration.ts";
import { tasksRefreshMs } from "#web/limits.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";
import { Empty } from "./parts/empty.tsx";
import { Loaded } from "./parts/loaded.tsx";
import { Part } from "./parts/part.tsx";
import { RunningRow } from "./running-row.tsx";
import { call } from "./state/call.ts";
import { useRefresh } from "./state/use-refresh.ts";
import { useResource } from "./state/use-resource.ts";

type List = z.infer<typeof adminTaskListSchema>;

export function RunningPart() {
  const t = messages(adminWatchMessages);
  const tasks = useResource(() => call<List>("/v1/admin/tasks"));
  useRefresh(tasks, tasksRefreshMs);
  return (
    <Part title={messages(adminMessages).part.running} lead={t.runningLead}>
      <Loaded resource={tasks}>
        {({ data, has_more: hasMore }) => (
          <>
            {data.length === 0 ? (
              <Empty text={t.nothingRunning} />
            ) : (
              <ul class="rows">
                {data.map((task) => (
                  <RunningRow key={task.id} of={task} />
                ))}
              </ul>
            )}
            {hasMore && <p class="note more">{t.moreRunning}</p>}
          </>
        )}
      </Loaded>
    </Part>
  );
}
