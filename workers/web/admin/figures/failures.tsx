/** Failures by code, the most frequent first, each with what helps. */
import { Empty } from "#web/admin/parts/empty.tsx";
import { adminMessages } from "#web/messages/admin.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import type { Figures } from "./figures.ts";

export function Failures({ of: failures }: { of: Figures["failures"] }) {
  const t = messages(adminWatchMessages);
  return (
    <section aria-label={t.failures}>
      <h3>{t.failures}</h3>
      {failures.length === 0 ? (
        <Empty text={t.noFailures} />
      ) : (
        <ul class="failures">
          {failures.map(({ code, tasks, hint }) => (
            <li key={code}>
              <strong class="failure-count">{t.times(tasks)}</strong>
              <div>
                <p>
                  {sentenceFor(code)} <code>{code}</code>
                </p>
                <p class="note">{messages(adminMessages).remedy(hint)}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
