/**
 * A button that opens a menu. Arrow keys move in it, Escape and a click elsewhere close it. It is in the top layer, so
 * that no card or dialog clips it.
 */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { menuGapPixels } from "#web/limits.ts";
import { IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

export type MenuItem = { label: string; icon: IconName; run: () => void; isDanger?: boolean; isOff?: boolean };

type MenuProps = { label: string; icon?: IconName; items: readonly MenuItem[]; class?: string };

export function Menu({ label, icon = "more", items, class: more = "" }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const button = () => frame.current?.querySelector("button");
  const close = () => list.current?.hidePopover();

  useEffect(() => {
    const shown = list.current;
    const anchor = button();
    if (!isOpen || !shown || !anchor) return;
    place(shown, anchor.getBoundingClientRect());
    shown.querySelector<HTMLElement>(enabled)?.focus();
    addEventListener("resize", close);
    return () => removeEventListener("resize", close);
  }, [isOpen]);

  const choose = (item: MenuItem) => {
    close();
    button()?.focus();
    item.run();
  };
  return (
    <div class={`menu ${more}`} ref={frame}>
      {/* The browser opens and closes the popover, so that a press on this button is not a click elsewhere. */}
      <IconButton icon={icon} label={label} aria-haspopup="menu" aria-expanded={isOpen} popovertarget={id} />
      <div
        id={id}
        ref={list}
        class="menu-list"
        popover="auto"
        role="menu"
        aria-label={label}
        onBeforeToggle={(event) => event.newState === "open" && setOpen(true)}
        // Only once it is closed: the browser returns the focus while it is still inside.
        onToggle={(event) => event.newState === "closed" && setOpen(false)}
        onKeyDown={moveFocus}
      >
        {isOpen &&
          items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={item.isDanger ? "danger" : ""}
              disabled={item.isOff}
              onClick={() => choose(item)}
            >
              <Icon name={item.icon} size={18} />
              {item.label}
            </button>
          ))}
      </div>
    </div>
  );
}

const enabled = "[role=menuitem]:not(:disabled)";

/** Below the button, or above it where the window ends; always inside of the window. */
function place(shown: HTMLElement, button: DOMRect): void {
  const { width, height } = shown.getBoundingClientRect();
  const below = button.bottom + menuGapPixels;
  const top =
    below + height > innerHeight - menuGapPixels ? Math.max(menuGapPixels, button.top - menuGapPixels - height) : below;
  const left = Math.min(innerWidth - width - menuGapPixels, Math.max(menuGapPixels, button.right - width));
  shown.style.top = `${top}px`;
  shown.style.left = `${left}px`;
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(enabled)];
  const here = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
