/** Numbers by day as bars. What it shows is its text as well; the numbers are in the table below the charts. */
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages, number } from "#web/messages/index.ts";
import { barsOf, type ChartDay, chartHeight, sumOf, topOf } from "./chart.ts";
import { dayName } from "./day-name.ts";

type BarChartProps = {
  title: string;
  days: readonly ChartDay[] /** Names of the stacked parts. */;
  parts: readonly string[];
};

export function BarChart({ title, days, parts }: BarChartProps) {
  const t = messages(adminWatchMessages);
  const total = days.reduce((sum, day) => sum + sumOf(day), 0);
  const most = days.reduce<ChartDay | null>((best, day) => (sumOf(day) > (best ? sumOf(best) : 0) ? day : best), null);
  const top = topOf(days);
  const text =
    most === null ? t.emptyChart(title) : `${t.chart(title, total)} ${t.most(sumOf(most), dayName(most.date))}`;
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <span class="soft">{t.total(total)}</span>
      </figcaption>
      <div class="chart-plot">
        <div class="chart-scale" aria-hidden="true">
          <span>{number(top)}</span>
          <span>{number(top / 2)}</span>
          <span>{number(0)}</span>
        </div>
        <svg viewBox={`0 0 ${days.length} ${chartHeight}`} preserveAspectRatio="none" role="img" aria-label={text}>
          <path class="chart-lines" d={[0, 0.5, 1].map((part) => `M0 ${part * chartHeight}h${days.length}`).join("")} />
          {barsOf(days, top).map(({ part, ...box }) => (
            <rect key={`${box.x} ${part}`} class={`bar-${part}`} {...box} />
          ))}
          {days.map((day, place) => (
            <rect key={day.date} class="chart-day" x={place} y={0} width={1} height={chartHeight}>
              <title>{`${dayName(day.date)}: ${number(sumOf(day))}`}</title>
            </rect>
          ))}
        </svg>
      </div>
      <div class="chart-days" aria-hidden="true">
        <span>{dayName(days[0]?.date ?? "")}</span>
        <span>{dayName(days.at(-1)?.date ?? "")}</span>
      </div>
      {parts.length > 1 && (
        <ul class="chart-legend">
          {parts.map((name, place) => (
            <li key={name}>
              <span class={`chart-mark bar-${place}`} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
