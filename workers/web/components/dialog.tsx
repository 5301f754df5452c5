/**
 * A modal dialog: the browser's own, with its focus handling and Escape. Clicking beside it closes it as well, but
 * not the end of a drag that began inside. Focus goes back to where it was.
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
  /** The title is for screen readers only, and there is no bar: the dialog draws its own. */
  isBare?: boolean;
  children: ComponentChildren;
};

export function Dialog({ title, onClose, class: more = "", isBare = false, children }: DialogProps) {
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
      giveFocusBack(before);
    };
  }, [id]);

  const isOnBackdrop = (event: MouseEvent) => {
    const { current } = ref;
    return current !== null && event.target === current && isBeside(event, current);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, and the browser's own.
    <dialog
      ref={ref}
      class={`dialog ${isBare ? "bare" : ""} ${more}`}
      aria-labelledby={`${id}-title`}
      onClose={onClose}
      onPointerDown={(event) => {
        isPressedBeside.current = isOnBackdrop(event);
      }}
      onClick={(event) => {
        if (isPressedBeside.current && isOnBackdrop(event)) onClose();
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
 * What opened the dialog may be gone by then, like a card that was removed; the form is always there. Effects end a
 * moment after the dialog has gone: whoever has put the focus elsewhere by then keeps it.
 */
function giveFocusBack(before: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
  const target = isThere ? before : document.querySelector<HTMLElement>("#prompt");
  target?.focus({ preventScroll: true });
}

function isBeside({ clientX, clientY }: MouseEvent, dialog: HTMLDialogElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
