/** A guide of the dialog under its question, folded at first. */
import type { ComponentChildren, Ref } from "preact";
import { Icon } from "#web/components/icon.tsx";

type GuideProps = {
  summary: string;
  open?: boolean;
  details?: Ref<HTMLDetailsElement>;
  children: ComponentChildren;
};

export function Guide({ summary, open, details, children }: GuideProps) {
  return (
    <details class="disclosure where" open={open} ref={details}>
      <summary>
        <Icon name="info" size={18} />
        {summary}
        <Icon name="chevron" size={18} />
      </summary>
      {children}
    </details>
  );
}
