/** The button at the end of the gallery, which reads the server's list further. */
import { Button } from "#web/components/button.tsx";
import { notify } from "#web/components/toast.tsx";
import { galleryStep } from "#web/limits.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { listProgress, readList } from "#web/state/task-list.ts";
import { galleryLength } from "./viewing.ts";

/** @param known number of tasks of the shown kind that the page knows. */
export function ShowOlder({ known }: { known: number }) {
  const t = messages(taskMessages);
  const { isBusy, hasMore, lastId } = listProgress.value;
  const isMoreKnown = known > galleryLength.value;
  if (!isMoreKnown && !hasMore) return null;
  const showMore = async () => {
    // The list is read ahead, so that nothing appears above the end of the gallery.
    try {
      if (hasMore && known < galleryLength.value + galleryStep) await readList(lastId);
    } catch {
      if (!isMoreKnown) return notify(t.notRead);
    }
    galleryLength.value += galleryStep;
  };
  return (
    <div class="older">
      <Button isBusy={isBusy} disabled={isBusy} onClick={() => void showMore()}>
        {isBusy ? t.reading : t.older}
      </Button>
    </div>
  );
}
