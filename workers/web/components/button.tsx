/** A button with a text, and one with an icon whose label is its tooltip. */
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Native = Omit<JSX.IntrinsicElements["button"], "class" | "icon" | "size">;

/** `main`: the primary action; `plain`: others; `quiet`: without a border. */
export type Look = "main" | "plain" | "quiet";

type ButtonProps = Native & {
  look?: Look;
  icon?: IconName;
  class?: string;
  isBusy?: boolean;
  children: ComponentChildren;
};

export function Button({ look = "plain", icon, class: more = "", isBusy = false, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} class={`button ${look} ${more}`} aria-busy={isBusy || undefined}>
      {isBusy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = Native & { icon: IconName; label: string; class?: string; size?: number };

export function IconButton({ icon, label, class: more = "", size = 20, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} class={`icon-button ${more}`} aria-label={label} title={label}>
      <Icon name={icon} size={size} />
    </button>
  );
}
