/** The queue as it is now, in large numbers. */

import { adminMessages } from "#web/messages/admin.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages, number } from "#web/messages/index.ts";
import { durationOf } from "./duration.ts";
import type { Figures } from "./figures.ts";

export function QueueNow({ of: queue }: { of: Figures["queue"] }) {
  const t = messages(adminWatchMessages);
  const { none } = messages(adminMessages);
  const rows = [
    { name: t.running, value: number(queue.running) },
    { name: t.waiting, value: number(queue.waiting) },
    { name: t.oldest, value: queue.oldest_waiting_seconds === null ? none : durationOf(queue.oldest_waiting_seconds) },
    { name: t.callers, value: number(queue.callers) },
    { name: t.backlog, value: queue.backlog === null ? none : number(queue.backlog) },
  ];
  return (
    <section aria-label={t.queue}>
      <h3>{t.queue}</h3>
      <dl class="large-numbers">
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
