/** Asks for the cloud of a key that was added without one. */
import { useEffect, useId, useRef } from "preact/hooks";
import { arkClouds } from "#shared/ark-key-text.ts";
import { Button } from "#web/components/button.tsx";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { type CloudlessKey, maskedCloudless, onCloud } from "#web/state/session-text.ts";
import { cloudlessKeys, forgetCloudless, leaveOut } from "./cloudless-keys.ts";
import { take } from "./take-sessions.ts";

/** @param onAnswered called after the last question: the buttons are gone, and with them the focus. */
export function CloudQuestion({ onAnswered }: { onAnswered: () => void }) {
  const t = messages(keyMessages);
  const id = useId();
  const [key] = cloudlessKeys.value;
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    group.current?.focus();
  }, [key]);
  // A closed dialog forgets the question.
  useEffect(() => forgetCloudless, []);
  if (key === undefined) return null;
  const answer = (asked: CloudlessKey, add: () => void) => {
    leaveOut(asked);
    add();
    if (cloudlessKeys.value.length === 0) onAnswered();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would have a legend inside its border.
    <div
      ref={group}
      class="cloud-question"
      role="group"
      tabIndex={-1}
      aria-labelledby={id}
      aria-describedby={`${id}-note`}
    >
      <p id={id}>
        {t.whichCloud} <code>{maskedCloudless(key)}</code>
      </p>
      <p class="note" id={`${id}-note`}>
        {t.whichCloudNote}
      </p>
      <div class="cloud-answers">
        {arkClouds.map((cloud) => (
          <Button key={cloud} onClick={() => answer(key, () => take([onCloud(key, cloud)]))}>
            {t.clouds[cloud]}
          </Button>
        ))}
        <Button look="quiet" onClick={() => answer(key, () => undefined)}>
          {t.leaveOut}
        </Button>
      </div>
    </div>
  );
}
