/**
 * The browser's modal dialog, with its focus handling and Escape. A click on the backdrop closes it; the end of a drag
 * that began inside does not. Closing returns the focus.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { IconButton } from "./button.tsx";
import { hostNotices, Toasts } from "./toast.tsx";

type DialogProps = {
  title: string;
  onClose: () => void;
  class?: string;
  /** Hides the title bar: the title is for screen readers only. */
  isBare?: boolean;
  /** Only a button closes it, neither Escape nor a click beside it: what it shows is shown once. */
  isHeld?: boolean;
  children: ComponentChildren;
};

export function Dialog({ title, onClose, class: more = "", isBare = false, isHeld = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isPressedBeside = useRef(false);
  const { close } = messages(componentMessages);

  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    const release = hostNotices(id);
    return () => {
      release();
      restoreFocus(before);
    };
  }, [id]);

  const isOnBackdrop = (event: MouseEvent) => {
    const { current } = ref;
    return current !== null && event.target === current && isBeside(event, current);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser handles Escape.
    <dialog
      ref={ref}
      class={`dialog ${isBare ? "bare" : ""} ${more}`}
      aria-labelledby={`${id}-title`}
      closedby={isHeld ? "none" : "closerequest"}
      onCancel={(event) => {
        // Browsers that do not know `closedby` close it at a second Escape.
        if (isHeld) event.preventDefault();
      }}
      onClose={onClose}
      onPointerDown={(event) => {
        isPressedBeside.current = isOnBackdrop(event);
      }}
      onClick={(event) => {
        if (!isHeld && isPressedBeside.current && isOnBackdrop(event)) onClose();
      }}
    >
      <div class="dialog-bar">
        <h2 id={`${id}-title`}>{title}</h2>
        {!isBare && <IconButton icon="close" label={close} onClick={onClose} />}
      </div>
      <div class="dialog-body">{children}</div>
      <Toasts host={id} />
    </dialog>
  );
}

/**
 * Focuses the element that opened the dialog, or the prompt (on the administrator's page, the part that is shown) when
 * that element was removed. Effects are cleaned up after the dialog has closed: a focus that was set meanwhile stays.
 */
function restoreFocus(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
  const target = isThere ? before : document.querySelector<HTMLElement>("#prompt, #part");
  target?.focus({ preventScroll: true });
}

function isBeside({ clientX, clientY }: MouseEvent, dialog: HTMLDialogElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
