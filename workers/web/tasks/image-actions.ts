/** Menu items of a task's images: download, copy the link, use as reference. */
import { copyText } from "#web/components/clipboard.ts";
import type { MenuItem } from "#web/components/menu.tsx";
import { notify } from "#web/components/toast.tsx";
import { maxReferenceName } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { addReference } from "#web/state/draft.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import { newId } from "#web/state/new-id.ts";
import type { Task } from "#web/state/task.ts";
import { saveImage, saveImages } from "./save.ts";
import { closeViewerThen } from "./viewing.ts";

type Named<T extends string> = Partial<Record<T, MenuItem>>;

/** @param image the one in the large view; null: all of the task. */
export function imageActions(
  task: Task,
  image: TaskImage | null,
): Named<"download" | "downloadAll" | "copyLink" | "useAsReference"> {
  const t = messages(taskMessages);
  const images = imagesOf(task);
  const [first] = images;
  if (first === undefined) return {};
  const one = image ?? first;
  const links = (image === null ? images : [image]).map(({ url }) => new URL(url, location.href).href);
  return {
    download: { label: t.download, icon: "download", run: () => announce(t.downloading, () => saveImage(task, one)) },
    ...(images.length > 1 && {
      downloadAll: {
        label: t.downloadAll,
        icon: image === null ? "download" : "images",
        run: () => announce(t.downloading, () => saveImages(task, images)),
      },
    }),
    copyLink: {
      label: links.length === 1 ? t.copyLink : t.copyLinks,
      icon: "link",
      run: () => void copyText(links.join("\n")),
    },
    ...((image !== null || images.length === 1) && {
      useAsReference: {
        label: t.useAsReference,
        icon: "image",
        run: () => closeViewerThen(() => useAsReference(task, one)),
      },
    }),
  };
}

function useAsReference(task: Task, { url, index }: TaskImage): void {
  const name = task.draft?.prompt.trim().slice(0, maxReferenceName) || `${index + 1}`;
  addReference({ id: newId(), name, kind: "link", url: new URL(url, location.href).href });
  notify(messages(taskMessages).referenceAdded);
}

function announce(text: string, run: () => Promise<void>): void {
  notify(text);
  void run();
}
