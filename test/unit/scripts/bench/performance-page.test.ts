/** docs/performance.md against the bench. */
import { expect, it } from "vitest";
import { figuresOf } from "#scripts/bench/figures.ts";
import { workloads } from "#scripts/bench/workloads.ts";
import { documentOf } from "#test/support/documents.ts";

const nothing = {
  submits: [],
  polls: [],
  lagsMs: [],
  makespanMs: 0,
  calls: {},
  counts: [],
  cpuMs: 0,
  residentBytes: [0],
};
const titles = Object.keys(figuresOf({ rounds: [1], follow: "park" }, nothing));

it.each(["docs/performance.md", "docs/performance.zh-CN.md"])("%s lists every workload", (file) => {
  const firstCells = documentOf(file).rows.map(([first]) => first);
  expect(firstCells).toEqual(expect.arrayContaining(workloads.map(({ name }) => `\`${name}\``)));
});

it.each(["docs/performance.md", "docs/performance.zh-CN.md"])("%s explains every figure", (file) => {
  const { spans } = documentOf(file);
  const explained = titles.map((title) => title.replace(/(, p\d+)? \(\w+\)$/, "").replace(/ \d+ /, " N "));
  expect(explained.filter((title) => !spans.includes(title))).toEqual([]);
});
