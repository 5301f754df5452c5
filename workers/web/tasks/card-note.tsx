/** Why a running task waits, over its tiles, so that nothing moves when the note comes and goes. */
import { Icon } from "#web/components/icon.tsx";
import { heldUpText } from "#web/messages/held-up.ts";
import { messages } from "#web/messages/index.ts";
import { keyMessages } from "#web/messages/keys.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { openSessions } from "#web/sessions/opened.ts";
import { authorization } from "#web/state/sessions.ts";
import type { Task } from "#web/state/task.ts";

export function CardNote({ task }: { task: Task }) {
  const t = messages(taskMessages);
  const text = noteOf(task);
  if (text === null) return null;
  return (
    <p class="card-note">
      <Icon name="clock" size={16} />
      <span>
        {text}
        {task.view?.waiting_code === "risk_control" && <UseKey />}
      </span>
    </p>
  );

  function noteOf({ lost, view, taskId }: Task): string | null {
    if (taskId !== null && authorization() === null) return t.noSession;
    if (lost !== null) return t.lost;
    return view?.waiting_for === undefined ? null : heldUpText(view.waiting_for, view.waiting_code);
  }
}

function UseKey() {
  return (
    <>
      {" "}
      <button type="button" class="link-button" aria-haspopup="dialog" onClick={() => openSessions("keys")}>
        {messages(keyMessages).useKey}
      </button>
    </>
  );
}
