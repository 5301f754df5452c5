/** One dead letter, with a button that replays it. */
import { useSignal } from "@preact/signals";
import type * as z from "zod";
import type { deadLetterSchema } from "#shared/wire/administration.ts";
import { Button } from "#web/components/button.tsx";
import { adminWatchMessages } from "#web/messages/admin-watch.ts";
import { messages } from "#web/messages/index.ts";
import { attempt } from "./attempt.ts";
import { Facts } from "./parts/facts.tsx";
import { Moment } from "./parts/moment.tsx";
import { send } from "./state/call.ts";

type Letter = z.infer<typeof deadLetterSchema>;

export function LetterRow({ of: letter, onReplayed }: { of: Letter; onReplayed: () => Promise<void> }) {
  const t = messages(adminWatchMessages);
  const isBusy = useSignal(false);
  const replay = async () => {
    isBusy.value = true;
    const path = `/v1/admin/dead-letters/${encodeURIComponent(letter.id)}/replay`;
    if (await attempt(() => send(path, "POST"), t.replayedNow)) await onReplayed();
    isBusy.value = false;
  };
  return (
    <li class="entry">
      <div class="entry-head">
        <div class="entry-names">
          <h3>
            <code>{letter.id}</code>
          </h3>
        </div>
        <Button icon="again" isBusy={isBusy.value} aria-label={t.replayOf(letter.caller)} onClick={() => void replay()}>
          {t.replay}
        </Button>
      </div>
      <Facts
        facts={[
          { name: t.givenUp, value: <Moment at={letter.at} /> },
          { name: t.caller, value: <code>{letter.caller}</code> },
          {
            name: t.replayed,
            value: letter.replayed_at === null ? t.notReplayed : <Moment at={letter.replayed_at} />,
          },
        ]}
      />
    </li>
  );
}
