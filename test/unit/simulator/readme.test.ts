/** Compares the simulator's README.md with its code: every table lists exactly the names in the code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { arkKeyWords } from "#test/simulator/ark/keys.ts";
import { arkMarkers } from "#test/simulator/ark/markers.ts";
import { endpointNames } from "#test/simulator/endpoint-names.ts";
import { alterations, losses } from "#test/simulator/faults.ts";
import { promptScenarios } from "#test/simulator/scenarios.ts";
import { sessionScenarios } from "#test/simulator/session-words.ts";
import { defaultSettings } from "#test/simulator/settings.ts";

const readme = readFileSync(join(import.meta.dirname, "../../simulator/README.md"), "utf8");

/** Names in backquotes in the first column of the table whose first column has this heading. */
function firstColumn(heading: string): string[] {
  const lines = readme.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const rows = lines.slice(start + 2);
  const table = rows.slice(
    0,
    rows.findIndex((line) => !line.startsWith("|")),
  );
  return table.flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

const sorted = (names: readonly string[]) => [...names].sort();

describe("README.md", () => {
  test("README.md lists every account word", () => {
    expect(sorted(firstColumn("word"))).toEqual(sorted(Object.keys(sessionScenarios)));
  });

  test("README.md lists every scenario, with the forms for a code and a key", () => {
    const open = ["fail-<code>", "fail-key-<key>", "ret-<code>", "ret-key-<key>"];
    const names = [...Object.keys(promptScenarios), ...open].map((name) => `sim:${name}`);
    expect(sorted(firstColumn("marker"))).toEqual(sorted(names));
  });

  test("README.md lists every word of Ark's keys", () => {
    expect(sorted(firstColumn("key word"))).toEqual(sorted(Object.keys(arkKeyWords)));
  });

  test("README.md lists every marker of Ark", () => {
    const names = Object.keys(arkMarkers).map((name) => `ark:${name}`);
    expect(sorted(firstColumn("call marker"))).toEqual(sorted(names));
  });

  test("README.md lists every setting with its default", () => {
    expect(sorted(firstColumn("setting"))).toEqual(sorted(Object.keys(defaultSettings)));
    for (const [name, value] of Object.entries(defaultSettings))
      expect(readme).toMatch(new RegExp(`\\| `.concat("`", name, "` +\\| ", String(value), " +\\|")));
  });

  test("README.md lists every fault", () => {
    const names = [...losses, ...alterations, "-after", "ret-<code>", "ret--6", "type-<type>"];
    expect(sorted([...firstColumn("fault"), "ret--6"])).toEqual(sorted(names));
  });

  test("README.md lists every endpoint", () => {
    const [, listed = ""] = /Endpoints of faults and counters: ([^.]+)\./.exec(readme) ?? [];
    const names = [...listed.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    expect(sorted(names)).toEqual(sorted(endpointNames));
  });
});
