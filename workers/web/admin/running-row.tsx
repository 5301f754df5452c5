/** One request under way: its model, caller, credential, and why it waits. */
import type * as z from "zod";
import type { adminTaskSchema } from "#shared/wire/administration.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages, number } from "#web/messages/index.ts";
import { Facts } from "./parts/facts.tsx";
import { Moment } from "./parts/moment.tsx";

type Task = z.infer<typeof adminTaskSchema>;

export function RunningRow({ of: task }: { of: Task }) {
  const t = messages(adminWatchMessages);
  const isWaiting = task.credential === null || task.waiting_for !== null;
  const look = isWaiting ? "unsure" : "good";
  return (
    <li class="entry">
      <div class="entry-head">
        <div class="entry-names">
          <h3>{task.model}</h3>
          <code>{task.id}</code>
          <span class={`state ${look}`}>
            <span class={`dot ${look}`} aria-hidden="true" />
            {isWaiting ? t.waits : t.makes}
          </span>
          <span class="note">{t.progress(task.progress)}</span>
        </div>
      </div>
      <Facts
        facts={[
          { name: t.caller, value: <Caller of={task.caller} /> },
          { name: t.credential, value: task.credential === null ? t.noCredential : <code>{task.credential}</code> },
          { name: t.since, value: <Moment at={task.created_at} /> },
          { name: t.images, value: task.images === null ? t.modelsOwn : number(task.images) },
        ]}
      />
      {task.waiting_for !== null && (
        <p class="refusal">
          {t.waitsFor[task.waiting_for.code] ?? sentenceFor(task.waiting_for.code)}{" "}
          <code title={task.waiting_for.message}>{task.waiting_for.code}</code>
        </p>
      )}
      {task.prompt !== null && (
        <blockquote class="prompt-shown" aria-label={t.prompt}>
          {task.prompt}
        </blockquote>
      )}
    </li>
  );
}

/** A named key has a name for people; of others only the hash is known. */
function Caller({ of: { kind, name } }: { of: Task["caller"] }) {
  const t = messages(adminWatchMessages);
  return (
    <>
      {kind === "key" ? name : <code>{name}</code>}
      <span class="caller-kind">{t.kinds[kind]}</span>
    </>
  );
}
