/** docs/operate.md in both languages against the code: it explains every line of the log. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf } from "#test/support/documents.ts";

const root = path.join(import.meta.dirname, "../..");

/** Names of events in the sources; a name that is put together stands for both of its values. */
const events = new Set(
  globSync("{workers,shared}/**/*.ts", { cwd: root })
    .filter((file) => !/(^|\/)(web|node_modules|dist)\//.test(file))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      return [...text.matchAll(/\blog\("(?:info|warn|error)", (?:"(\w+)"|`(\w+)_\$\{)/g)];
    })
    .flatMap(([, name, beginning]) => (beginning === "task" ? ["task_created", "task_existing"] : [name ?? beginning])),
);

describe.each(["docs/operate.md", "docs/operate.zh-CN.md"])("%s", (file) => {
  const document = documentOf(file);

  it("the page explains every event that is logged, and no other", () => {
    const explained = document.rows
      .filter(([, worker = ""]) => /^(API|consumer|both|消费者|两者)$/.test(worker))
      .flatMap(([names = ""]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(events.size).toBeGreaterThan(15);
    expect(explained.toSorted()).toEqual([...events].toSorted());
  });

  it("a link to a heading of the page leads to a heading that exists", () => {
    const anchors = document.links.filter((to) => to.startsWith("#")).map((to) => decodeURI(to.slice(1)));
    expect(anchors.length).toBeGreaterThan(3);
    expect(anchors.filter((anchor) => !document.anchors.includes(anchor))).toEqual([]);
  });
});
