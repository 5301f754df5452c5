/** Buttons to the previous and the next image of the page, where there is one. */
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { position, sequence, step } from "./viewing.ts";

export function ViewerArrows() {
  const t = messages(taskMessages);
  const at = position.value;
  const last = sequence.value.length - 1;
  return (
    <>
      {at > 0 && <Arrow way="left" label={t.previous} onClick={() => step(-1)} />}
      {at !== -1 && at < last && <Arrow way="right" label={t.next} onClick={() => step(1)} />}
    </>
  );
}

function Arrow({ way, label, onClick }: { way: "left" | "right"; label: string; onClick: () => void }) {
  return (
    <button type="button" class={`viewer-arrow ${way}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={way} size={26} />
    </button>
  );
}
