/** The list of the page's keys: its button at the end of the page, and the dialog, which ? opens as well. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "#web/components/dialog.tsx";
import { messages } from "#web/messages/index.ts";
import { keyListMessages } from "#web/messages/key-list.ts";
import { keyGroups } from "./keys.ts";

const isOpen = signal(false);

export function KeyList() {
  const t = messages(keyListMessages);
  useEffect(() => {
    addEventListener("keydown", openByKey);
    return () => removeEventListener("keydown", openByKey);
  }, []);
  return (
    <>
      <button
        type="button"
        class="link-button key-button"
        aria-haspopup="dialog"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {t.open}
      </button>
      {isOpen.value && <Keys />}
    </>
  );
}

function Keys() {
  const t = messages(keyListMessages);
  const close = () => {
    isOpen.value = false;
  };
  return (
    <Dialog title={t.title} class="key-list" onClose={close}>
      {keyGroups.map(({ place, rows }) => (
        <section key={place}>
          <h3>{t.places[place]}</h3>
          <dl>
            {rows.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {keys.map((combination) => (
                    <kbd key={combination}>
                      {combination.length > 1 ? combination.replace("+", " + ") : combination}
                    </kbd>
                  ))}
                </dt>
                <dd>{t.does[does]}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

/** Not while typing, nor over another dialog. */
function openByKey(event: KeyboardEvent): void {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const isTyping = event.target instanceof Element && event.target.closest(typedInto) !== null;
  if (isTyping || document.querySelector("dialog[open], :popover-open") !== null) return;
  event.preventDefault();
  isOpen.value = true;
}

const typedInto = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";
