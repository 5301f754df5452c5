/** While images are selected: how many, and what can be done with them. */
import { Button, IconButton } from "#web/components/button.tsx";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { Compare, openCompare } from "./compare.tsx";
import { deleteSelected, selectAll, selected, selectedImages } from "./selection.ts";

export function SelectionBar() {
  const t = messages(keepMessages);
  if (selected.value === null) return null;
  const count = selectedImages.value.length;
  return (
    <>
      <div class="selection-bar" role="toolbar" aria-label={t.select}>
        <span role="status">{t.selected(count)}</span>
        <Button look="quiet" onClick={selectAll}>
          {t.selectAll}
        </Button>
        <Button look="quiet" disabled={count !== 2} title={t.compareHint} onClick={openCompare}>
          {t.compare}
        </Button>
        <Button look="main" class="danger" icon="trash" disabled={count === 0} onClick={deleteSelected}>
          {t.deleteTask}
        </Button>
        <IconButton
          icon="close"
          label={t.done}
          onClick={() => {
            selected.value = null;
          }}
        />
      </div>
      <Compare />
    </>
  );
}
