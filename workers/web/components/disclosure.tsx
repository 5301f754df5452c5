/** A line that opens a part below it. A part that a press opens is scrolled into view. */
import type { ComponentChildren, Ref } from "preact";
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import { reveal } from "./scroll.ts";

type DisclosureProps = {
  icon: IconName;
  /** The text of the line. */
  summary: ComponentChildren;
  open?: boolean;
  onToggle?: (isOpen: boolean) => void;
  class?: string;
  details?: Ref<HTMLDetailsElement>;
  children: ComponentChildren;
};

export function Disclosure({ icon, summary, open, onToggle, class: more = "", details, children }: DisclosureProps) {
  /** Details that are open from the start are toggled, too, and do not scroll the page. */
  const isPressed = useRef(false);
  return (
    <details
      class={`disclosure ${more}`}
      open={open}
      ref={details}
      onToggle={({ currentTarget }) => {
        onToggle?.(currentTarget.open);
        if (currentTarget.open && isPressed.current) reveal(currentTarget);
        isPressed.current = false;
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button, and Enter clicks it. */}
      <summary
        onClick={() => {
          isPressed.current = true;
        }}
      >
        <Icon name={icon} size={18} />
        {summary}
        <Icon name="chevron" size={18} />
      </summary>
      {children}
    </details>
  );
}
