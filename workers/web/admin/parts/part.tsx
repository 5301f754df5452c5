/** A part of the page: its heading, a sentence about it, and what can be done with all of it. */
import type { ComponentChildren } from "preact";

type PartProps = { title: string; lead: string; actions?: ComponentChildren; children: ComponentChildren };

export function Part({ title, lead, actions, children }: PartProps) {
  return (
    <section class="part" aria-labelledby="part-title">
      <div class="part-head">
        <div>
          <h2 id="part-title">{title}</h2>
          <p class="part-lead">{lead}</p>
        </div>
        {actions && <div class="part-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
