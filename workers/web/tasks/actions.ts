/** Everything that can be done with a task or one of its images, as menu items. */
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { remove } from "#web/state/tasks.ts";
import { askToDelete } from "./confirm-delete.tsx";
import { draftActions } from "./draft-actions.ts";
import { imageActions } from "./image-actions.ts";
import { closeViewer } from "./viewing.ts";

/** @param image the one in the large view; null: all of the task. */
export function actionsOf(task: Task, image: TaskImage | null) {
  return { ...draftActions(task), ...imageActions(task, image), ...deletions(task, image), hide: hiding(task) };
}

function hiding(task: Task): MenuItem {
  const t = messages(keepMessages);
  const run = () => {
    void closeViewer();
    const undo = remove(task.key);
    notify(t.hidden, { label: messages(componentMessages).undo, run: undo });
  };
  return { label: t.hide, icon: "hide", run };
}

/** Only of tasks that have ended on the server. */
function deletions(task: Task, image: TaskImage | null): { deleteImage?: MenuItem; deleteTask?: MenuItem } {
  const t = messages(keepMessages);
  const phase = phaseOf(task);
  if (task.taskId === null || (phase !== "completed" && phase !== "failed")) return {};
  const count = imagesOf(task).length;
  const item = (label: string, images: TaskImage[] | null): MenuItem => ({
    label,
    icon: "trash",
    isDanger: true,
    run: () => askToDelete([{ task, images }]),
  });
  return {
    ...(image !== null && { deleteImage: item(t.deleteImage, [image]) }),
    ...((image === null || count > 1) && { deleteTask: item(count > 1 ? t.deleteAll(count) : t.deleteTask, null) }),
  };
}
