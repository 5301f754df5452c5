import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";

/** Shown in the place of the tasks while there are none. */
export function Empty() {
  const t = messages(taskMessages);
  return (
    <div class="empty">
      <div class="empty-frames" aria-hidden="true">
        <span />
        <span>
          <Icon name="star" size={26} />
        </span>
        <span />
      </div>
      <h2>{t.emptyTitle}</h2>
      <p>{t.emptyText}</p>
    </div>
  );
}
