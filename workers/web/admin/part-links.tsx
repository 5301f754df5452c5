/** The links between the parts of the page. */
import { adminMessages } from "#web/messages/admin.ts";
import { messages } from "#web/messages/index.ts";
import { part, partNames } from "./state/part.ts";

export function PartLinks() {
  const t = messages(adminMessages);
  return (
    <nav class="part-links" aria-label={t.parts}>
      {partNames.map((name) => (
        <a key={name} href={`#${name}`} aria-current={name === part.value ? "page" : undefined}>
          {t.part[name]}
        </a>
      ))}
    </nav>
  );
}
