/** Everything that can be done with a task or one of its images, as menu items. */
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { remove } from "#web/state/tasks.ts";
import { draftActions } from "./draft-actions.ts";
import { imageActions } from "./image-actions.ts";
import { closeViewer } from "./viewing.ts";

/** @param image the one in the large view; null: all of the task. */
export function actionsOf(task: Task, image: TaskImage | null) {
  return { ...draftActions(task), ...imageActions(task, image), remove: removal(task) };
}

function removal(task: Task): MenuItem {
  const t = messages(taskMessages);
  const run = () => {
    void closeViewer();
    const undo = remove(task.key);
    notify(t.removed, { label: messages(componentMessages).undo, run: undo });
  };
  return { label: t.remove, icon: "trash", isDanger: true, run };
}
