/** The search field of the gallery, and the buttons for its filter and for selecting images. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Button } from "#web/components/button.tsx";
import { Icon } from "#web/components/icon.tsx";
import { messages } from "#web/messages/index.ts";
import { keepMessages } from "#web/messages/keep.ts";
import { isNarrowed, noFilter } from "#web/state/filter.ts";
import { FilterPanel } from "./filter-panel.tsx";
import { filter, foundFailures, foundTasks, isFiltered } from "./finding.ts";
import { selected } from "./selection.ts";
import { useWholeList } from "./use-whole-list.ts";

export function GalleryTools() {
  const t = messages(keepMessages);
  const id = useId();
  const isOpen = useSignal(false);
  useWholeList();
  const isOn = isNarrowed(filter.value);
  const isSelecting = selected.value !== null;
  return (
    <>
      <div class="gallery-tools">
        <label class="search">
          <Icon name="search" size={18} />
          <input
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={filter.value.text}
            onInput={({ currentTarget }) => {
              filter.value = { ...filter.peek(), text: currentTarget.value };
            }}
          />
        </label>
        <Button
          look="quiet"
          icon="funnel"
          class={isOn ? "on" : ""}
          aria-label={isOn ? t.filterOn : t.filter}
          aria-expanded={isOpen.value}
          aria-controls={id}
          onClick={() => {
            isOpen.value = !isOpen.peek();
          }}
        >
          {t.filter}
        </Button>
        <Button
          look="quiet"
          aria-pressed={isSelecting}
          onClick={() => {
            selected.value = isSelecting ? null : new Set();
          }}
        >
          {t.select}
        </Button>
      </div>
      <div id={id} class="filter-panel" hidden={!isOpen.value}>
        {isOpen.value && <FilterPanel />}
      </div>
      <Found />
    </>
  );
}

/** How much was found, also aloud, and the way back to everything. */
function Found() {
  const t = messages(keepMessages);
  const count = foundTasks.value.length + foundFailures.value.length;
  return (
    <div class="gallery-found">
      <span role="status">{isFiltered.value && (count === 0 ? t.nothingFound : t.found(count))}</span>
      {isFiltered.value && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            filter.value = noFilter;
          }}
        >
          {t.clear}
        </button>
      )}
    </div>
  );
}
