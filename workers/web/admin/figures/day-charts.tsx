/** The charts of images and credits by day, and the same numbers as a table. */
import { Empty } from "#web/admin/parts/empty.tsx";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";
import { BarChart } from "./bar-chart.tsx";
import { DayTable } from "./day-table.tsx";
import type { Figures } from "./figures.ts";
import { filledDays } from "./filled-days.ts";

type DayChartsProps = { known: Figures["days"]; count: number };

export function DayCharts({ known, count }: DayChartsProps) {
  const t = messages(adminWatchMessages);
  if (known.length === 0) return <Empty text={t.noFigures} />;
  const days = filledDays(known, count, new Date().toISOString().slice(0, 10), {
    ...{ completed: 0, failed: 0, cancelled: 0 },
    ...{ images: 0, images_by_keys: 0, credits: 0 },
  });
  const hasKeys = days.some((day) => day.images_by_keys > 0);
  return (
    <div class="charts">
      <BarChart
        title={t.imagesByDay}
        days={days.map((day) => ({
          date: day.date,
          parts: [day.images - day.images_by_keys, day.images_by_keys],
        }))}
        parts={hasKeys ? [t.bySessions, t.byKeys] : []}
      />
      <BarChart
        title={t.creditsByDay}
        days={days.map((day) => ({ date: day.date, parts: [day.credits] }))}
        parts={[]}
      />
      <DayTable days={known} />
    </div>
  );
}
