/** The dead letters of the queue. */
import type * as z from "zod";
import type { deadLetterListSchema } from "#shared/wire/administration.ts";
import { adminMessages } from "#web/messages/admin.ts";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";
import { LetterRow } from "./letter-row.tsx";
import { Empty } from "./parts/empty.tsx";
import { Loaded } from "./parts/loaded.tsx";
import { Part } from "./parts/part.tsx";
import { call } from "./state/call.ts";
import { useResource } from "./state/use-resource.ts";

type List = z.infer<typeof deadLetterListSchema>;

export function LettersPart() {
  const t = messages(adminWatchMessages);
  const letters = useResource(() => call<List>("/v1/admin/dead-letters"));
  return (
    <Part title={messages(adminMessages).part.letters} lead={t.lettersLead}>
      <Loaded resource={letters}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty text={t.noLetters} />
          ) : (
            <ul class="rows">
              {data.map((letter) => (
                <LetterRow key={letter.id} of={letter} onReplayed={letters.load} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Part>
  );
}
