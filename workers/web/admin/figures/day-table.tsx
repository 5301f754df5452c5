/** The figures of each day with at least one request, the newest first. */
import { Disclosure } from "#web/components/disclosure.tsx";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages, number } from "#web/messages/index.ts";
import { dayName } from "./day-name.ts";
import type { Figures } from "./figures.ts";

export function DayTable({ days }: { days: Figures["days"] }) {
  const t = messages(adminWatchMessages);
  return (
    <Disclosure icon="text" summary={t.asTable}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, and keys must reach it. */}
      <section class="table-frame" tabIndex={0} aria-label={t.asTable}>
        <table>
          <thead>
            <tr>
              {[t.day, t.images, t.ofThemByKeys, t.credits, t.completed, t.failed, t.cancelled].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.date}>
                <th scope="row">
                  <time dateTime={day.date}>{dayName(day.date)}</time>
                </th>
                <td>{number(day.images)}</td>
                <td>{number(day.images_by_keys)}</td>
                <td>{number(day.credits)}</td>
                <td>{number(day.completed)}</td>
                <td>{number(day.failed)}</td>
                <td>{number(day.cancelled)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Disclosure>
  );
}
