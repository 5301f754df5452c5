/** Images and credits by day, failures, and the queue. */
import { useSignal } from "@preact/signals";
import { Loaded } from "#web/admin/parts/loaded.tsx";
import { Part } from "#web/admin/parts/part.tsx";
import { call } from "#web/admin/state/call.ts";
import { useRefresh } from "#web/admin/state/use-refresh.ts";
import { useResource } from "#web/admin/state/use-resource.ts";
import { Segments } from "#web/components/segments.tsx";
import { adminRefreshMs } from "#web/limits.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";
import { DayCharts } from "./day-charts.tsx";
import { Failures } from "./failures.tsx";
import type { Figures } from "./figures.ts";
import { QueueNow } from "./queue-now.tsx";

const periods = [7, 30, 90] as const;

export function FiguresPart() {
  const t = messages(adminWatchMessages);
  const period = useSignal<number>(30);
  const figures = useResource(async () => {
    const days = period.peek();
    return { days, figures: await call<Figures>(`/v1/admin/figures?days=${days}`) };
  });
  useRefresh(figures, adminRefreshMs);

  return (
    <Part
      title={messages(adminMessages).part.figures}
      lead={t.figuresLead}
      actions={
        <Segments
          label={t.period}
          labelled="unseen"
          options={periods.map((value) => ({ value, text: t.days(value) }))}
          value={period.value}
          onChange={(days) => {
            period.value = days;
            void figures.load();
          }}
        />
      }
    >
      <Loaded resource={figures}>
        {({ days, figures: shown }) => (
          <div class="figures">
            <QueueNow of={shown.queue} />
            <DayCharts known={shown.days} count={days} />
            <Failures of={shown.failures} />
          </div>
        )}
      </Loaded>
    </Part>
  );
}
