/** The end of the page: the docs, for which the header of a phone has no space, and the list of keys. */
import { DocsLink } from "./docs-link.tsx";
import { KeyList } from "./key-list.tsx";

export function Foot() {
  return (
    <footer class="foot">
      <DocsLink />
      <KeyList />
    </footer>
  );
}
