/** Short facts side by side, each with its name. */
import type { ComponentChildren } from "preact";

export type Fact = { name: string; value: ComponentChildren; title?: string };

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value, title }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
