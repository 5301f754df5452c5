/** docs/operate.md against the code: whoever reads a log line finds it there. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const document = read("docs/operate.md");

/** Names of events in the sources; the one that is put together stands for both of its values. */
const events = new Set(
  globSync("{workers,shared}/**/*.ts", { cwd: root })
    .filter((file) => !/(^|\/)(ui|node_modules|dist)\//.test(file))
    .flatMap((file) => [...read(file).matchAll(/\blog\("(?:info|warn|error)", (?:"(\w+)"|`(\w+)_\$\{)/g)])
    .flatMap(([, name, beginning]) => (beginning === "task" ? ["task_created", "task_existing"] : [name ?? beginning])),
);

const rows = [...document.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| (?:API|consumer|both) \|/gm)];
const documented = rows.flatMap(([, names = ""]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));

describe("docs/operate.md", () => {
  it("docs/operate.md explains every event that is logged, and no other", () => {
    expect(events.size).toBeGreaterThan(15);
    expect(documented.toSorted()).toEqual([...events].toSorted());
  });

  it("a link to a heading in docs/operate.md leads to a heading that exists", () => {
    const anchors = [...document.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replace(/\s+/g, "-"),
    );
    for (const [, anchor = ""] of document.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
  });
});
