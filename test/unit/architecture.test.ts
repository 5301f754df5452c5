import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { aliases, faultsOf, importsOf, pureFiles, pureUpstreamFiles, type Source } from "#test/support/architecture.ts";
import { unwantedWordsIn } from "#test/support/plain-words.ts";

const root = path.join(import.meta.dirname, "../..");

/** Every source of a folder; generated and built files are no one's own words. */
const sourcesIn = (folder: string): Source[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter(
      (file) => /\.(ts|tsx|mjs|js)$/.test(file) && !file.endsWith(".d.ts") && !/\/(dist|node_modules)\//.test(file),
    )
    .map((file) => ({ path: file, text: readFileSync(path.join(root, file), "utf8") }));

/** This file holds invented sources that break the rules. */
const sources = ["workers", "shared", "test", "scripts"]
  .flatMap(sourcesIn)
  .filter((source) => source.path !== "test/unit/architecture.test.ts");

describe("the sources", () => {
  it("the rules know every entry of package.json's imports", () => {
    const { imports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    const known = Object.entries(aliases).map(([name, folder]) => [`${name}*`, `./${folder}*`]);
    expect(imports).toEqual(Object.fromEntries(known));
  });

  it("the sources of every folder are found, and every pure file exists", () => {
    const paths = sources.map((source) => source.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "workers/api/index.ts",
        "workers/consumer/coordinator/coordinator.ts",
        "shared/upstreams/index.ts",
        "test/simulator/app.ts",
        "scripts/bootstrap/run.mjs",
      ]),
    );
    for (const pure of [...pureFiles, ...pureUpstreamFiles]) expect(paths).toContain(pure);
  });

  it("the sources keep every architecture rule", () => {
    expect(faultsOf(sources)).toEqual([]);
  });
});

/** The faults of one invented file. */
const faults = (file: string, text: string) => faultsOf([{ path: file, text }]);

describe("an import", () => {
  it.each([
    ['import { a } from "./b.ts";', "shared/task/b.ts", false],
    ['import { a,\n  b,\n} from "../b.ts";', "shared/b.ts", false],
    ['import type { A } from "./b.ts";', "shared/task/b.ts", true],
    ['import { type A, type B } from "./b.ts";', "shared/task/b.ts", true],
    ['import { type A, b } from "./b.ts";', "shared/task/b.ts", false],
    ['import * as z from "zod";', "zod", false],
    ['import "./b.ts";', "shared/task/b.ts", false],
    ['export { a } from "./b.ts";', "shared/task/b.ts", false],
    ['export * from "./b.ts";', "shared/task/b.ts", false],
    ['const a = await import("../b.ts");', "shared/b.ts", false],
    ["import a from './b.ts';", "shared/task/b.ts", false],
    ['import { a } from "#api/http/b.ts";', "workers/api/http/b.ts", false],
    ['import type { A } from "#shared/b.ts";', "shared/b.ts", true],
  ])("the import in this text is found: %s", (text, target, isTypeOnly) => {
    expect(importsOf({ path: "shared/task/a.ts", text })).toEqual([{ target, isTypeOnly }]);
  });

  it("an import in a comment or a string does not count", () => {
    const text = '// import { a } from "./b.ts";\n/** import "./c.ts" */\nconst d = "import e";';
    expect(importsOf({ path: "shared/task/a.ts", text })).toEqual([]);
  });
});

describe("a forbidden import", () => {
  it.each([
    ["files at the root of shared do not import task", "shared/errors.ts", "./task/phases.ts"],
    ["files at the root of shared do not import upstream", "shared/config.ts", "./upstreams/index.ts"],
    ["task does not import upstream", "shared/task/coordinator.ts", "#shared/upstreams/index.ts"],
    ["the task's logic does not import the stores", "shared/task/coordinator.ts", "./records.ts"],
    ["upstream does not import task", "shared/upstreams/dreamina/client.ts", "#shared/task/phases.ts"],
    ["upstream does not import images", "shared/upstreams/dreamina/client.ts", "#shared/images/store.ts"],
    ["shared does not import the workers", "shared/task/records.ts", "#api/http/app.ts"],
    ["the API does not import the consumer", "workers/api/http/app.ts", "#consumer/coordinator/slots.ts"],
    ["the API does not import the page", "workers/api/http/app.ts", "#web/app.tsx"],
    ["the page does not import the API", "workers/web/api/client.ts", "#api/http/app.ts"],
    ["HTTP does not import callers", "workers/api/http/app.ts", "#api/caller/caller.ts"],
    ["tasks do not import requests", "workers/api/tasks/find.ts", "#api/request/dialect.ts"],
    ["OpenAI's answers do not import the submit", "workers/api/openai/events.ts", "#api/submit/plan.ts"],
    ["the submit does not import a route", "workers/api/submit/submit.ts", "#api/routes/tasks.ts"],
    ["the consumer does not import the API", "workers/consumer/index.ts", "#api/http/app.ts"],
    ["workers do not import tests", "workers/api/http/app.ts", "#test/support/task.ts"],
    ["shared does not import the simulator", "shared/upstreams/dreamina/request.ts", "#test/simulator/sign.ts"],
    ["scripts do not import the simulator", "scripts/start/simulator.ts", "#test/simulator/app.ts"],
    ["the simulator does not import the client", "test/simulator/sign.ts", "#shared/upstreams/dreamina/sign.ts"],
    ["the simulator does not import other tests", "test/simulator/app.ts", "#test/support/task.ts"],
    [
      "a file outside upstreams imports nothing but its index",
      "workers/consumer/steps/poll.ts",
      "#shared/upstreams/dreamina/history.ts",
    ],
    [
      "a file outside upstreams imports nothing but its index, even for a type",
      "workers/api/caller/caller.ts",
      "#shared/upstreams/dreamina/session.ts",
    ],
    [
      "the table of upstreams imports nothing of one but its index",
      "shared/upstreams/table.ts",
      "#shared/upstreams/dreamina/session.ts",
    ],
    [
      "one upstream imports nothing of another but its index",
      "shared/upstreams/ark/client.ts",
      "#shared/upstreams/dreamina/errors.ts",
    ],
    ["pure files do not import the stores", "shared/task/backoff.ts", "./records.ts"],
    ["pure files do not import the log", "shared/task/backoff.ts", "#shared/log.ts"],
    ["pure files import no other package", "shared/task/backoff.ts", "nanoid"],
    ["image-request does not import the app", "workers/api/request/image-request.ts", "#api/http/app.ts"],
  ])("%s", (_rule, file, target) => {
    expect(faults(file, `import { a } from "${target}";`)).not.toEqual([]);
    expect(faults(file, `export type { A } from "${target}";`)).not.toEqual([]);
  });

  it("an import that climbs is named from package.json instead", () => {
    expect(faults("shared/task/backoff.ts", 'import { a } from "../errors.ts";')).toEqual([
      "shared/task/backoff.ts: imports ../errors.ts, which climbs",
    ]);
  });

  it("a view may import the coordinator's types, and nothing else of it", () => {
    expect(faults("shared/task/view.ts", 'import type { Snapshot } from "./coordinator.ts";')).toEqual([]);
    expect(faults("shared/task/view.ts", 'import { coordinatorOf } from "./coordinator.ts";')).not.toEqual([]);
  });
});

describe("an allowed import", () => {
  it.each([
    ["shared/task/backoff.ts", "#shared/errors.ts"],
    ["shared/task/phases.ts", "zod"],
    ["shared/task/records.ts", "./task-record.ts"],
    ["shared/upstreams/dreamina/client.ts", "./history.ts"],
    ["shared/upstreams/dreamina/client.ts", "#shared/upstreams/failure.ts"],
    ["workers/api/request/image-request.ts", "#shared/upstreams/index.ts"],
    ["workers/consumer/steps/store.ts", "#shared/images/store.ts"],
    ["test/unit/shared/upstreams/dreamina/sign.test.ts", "#shared/upstreams/dreamina/sign.ts"],
    ["test/integration/walk.test.ts", "#test/simulator/app.ts"],
    ["scripts/bootstrap/run.mjs", "./command.mjs"],
    ["workers/api/submit/answer.ts", "#api/openai/events.ts"],
    ["workers/api/tasks/view.ts", "#api/limits.ts"],
  ])("%s may import %s", (file, target) => {
    expect(faults(file, `import { a } from "${target}";`)).toEqual([]);
  });
});

describe("a pure file", () => {
  it.each([
    "const a = fetch(url);",
    "const a = Date.now();",
    "const a = new Date();",
    "const a = Math.random();",
    "const a = crypto.randomUUID();",
    "const a = crypto.subtle;",
    "setTimeout(() => {}, 1);",
    "function a(tasks: KVNamespace) {}",
    "const a = env.TASKS;",
    "export async function a() {}",
    "const a = process.env;",
  ])("a pure file must not contain: %s", (text) => {
    for (const file of [
      "shared/task/backoff.ts",
      "shared/upstreams/dreamina/draft.ts",
      "workers/api/request/image-request.ts",
    ]) {
      expect(faults(file, text)).not.toEqual([]);
    }
    expect(faults("workers/consumer/index.ts", text)).toEqual([]);
  });

  it.each([
    "// not Date.now(): the time is given",
    "/** No fetch(). */",
    "const a = new Date(now);",
    "const fetched = 1;",
  ])("a pure file may contain: %s", (text) => {
    expect(faults("shared/task/backoff.ts", text)).toEqual([]);
  });
});

describe("every file", () => {
  it.each([
    "const a: any = 1;",
    "const a = b as any;",
    "function a(b: any) {}",
    "const a: any[] = [];",
    "const a = new Map<string, any>();",
    "type A = Array<any>;",
    "type A = (a: string) => any;",
    "type A = string | any;",
    "enum Colour { Red }",
    "export enum Colour { Red }",
    "const enum Colour { Red }",
  ])("no file may contain: %s", (text) => {
    expect(faults("shared/task/coordinator.ts", text)).not.toEqual([]);
    expect(faults("test/unit/x.test.ts", text)).not.toEqual([]);
  });

  it.each([
    "// in any case",
    'const a = "as any caller";',
    "const many = 1;",
    "const a = { any: 1 };",
    "type A = unknown;",
  ])("any file may contain: %s", (text) => {
    expect(faults("shared/task/coordinator.ts", text)).toEqual([]);
  });

  it("only the log, the scripts and the simulator's main.ts may write to the console", () => {
    for (const text of ['console.log("x");', "console[level](line);"]) {
      expect(faults("workers/api/http/app.ts", text)).not.toEqual([]);
      expect(faults("test/simulator/app.ts", text)).not.toEqual([]);
      for (const file of ["shared/log.ts", "scripts/bootstrap/run.mjs", "test/simulator/main.ts"]) {
        expect(faults(file, text)).toEqual([]);
      }
    }
  });
});

describe("a time limit", () => {
  it("code that may run in a Durable Object limits the time of calls by a Deadline, which leaves no timer", () => {
    const text = "const signal = AbortSignal.timeout(1000);";
    for (const file of ["shared/upstreams/ark/client.ts", "workers/consumer/index.ts"]) {
      expect(faults(file, text)).toContain(`${file}: has a time limit that is no Deadline`);
    }
    for (const file of ["scripts/batch/http.ts", "workers/api/routes/health.ts"])
      expect(faults(file, text)).toEqual([]);
  });
});

describe("a wait", () => {
  it("a test waits for a value as long as a busy machine needs, not for Vitest's one second", () => {
    const text = "await vi.waitUntil(() => read); await vi.waitFor(() => expect(read).toBe(1), { timeout: 5 });";
    expect(faults("test/workers/api/cors.test.ts", text)).toEqual([
      "test/workers/api/cors.test.ts: waits for a second only, as Vitest does by itself",
    ]);
    expect(faults("test/support/wait-until.ts", text)).toEqual([]);
  });
});

describe("the shape of a file", () => {
  const lines = (count: number) => "  a();\n".repeat(count);

  it("a function has at most 60 lines", () => {
    expect(faults("shared/seal.ts", `export function a() {\n${lines(58)}}\n`)).toEqual([]);
    expect(faults("shared/seal.ts", `export function a() {\n${lines(59)}}\n`)).toEqual([
      "shared/seal.ts: a() has 61 lines; the limit is 60",
    ]);
    expect(faults("workers/consumer/index.ts", `export const a = () => {\n${lines(59)}};\n`)).not.toEqual([]);
    expect(faults("shared/log.ts", `class A {\n  b() {\n${lines(59)}  }\n}\n`)).not.toEqual([]);
    expect(faults("test/unit/x.test.ts", `export function a() {\n${lines(59)}}\n`)).toEqual([]);
  });

  it("a file has at most 15 imports", () => {
    const imports = (count: number) =>
      Array.from({ length: count }, (_, place) => `import { a${place} } from "package-${place}";`).join("\n");
    expect(faults("workers/consumer/index.ts", imports(15))).toEqual([]);
    expect(faults("workers/consumer/index.ts", imports(16))).toEqual([
      "workers/consumer/index.ts: has 16 imports; the limit is 15",
    ]);
  });

  it.each([
    ["one refers to the other", "export const a = 1;\nexport const b = a + 1;"],
    ["both refer to a third", "const c = 1;\nexport const a = c;\nexport const b = c;"],
    [
      "both take the same type",
      'import type { C } from "c";\nexport const a = (c: C) => c;\nexport type B = { c: C };',
    ],
    ["one is exported", "const c = 1;\nexport const a = 1;"],
  ])("exports are one concept when %s", (_reason, text) => {
    expect(faults("shared/seal.ts", text)).toEqual([]);
  });

  it("exports that do not hang together are several concepts", () => {
    const text = "export const a = 1;\nconst c = 2;\nexport const b = c;";
    expect(faults("shared/seal.ts", text)).toEqual(["shared/seal.ts: exports 2 concepts: a; b"]);
    expect(faults("shared/task/limits.ts", text)).toEqual([]);
  });
});

describe("an import cycle", () => {
  const file = (name: string, ...imported: string[]): Source => ({
    path: `shared/${name}.ts`,
    text: imported.map((other) => `import type { A } from "./${other}.ts";`).join("\n"),
  });

  it("a cycle of imports is a fault, types included", () => {
    expect(faultsOf([file("log", "seal"), file("seal", "result"), file("result", "log")])).toEqual([
      "import cycle: shared/log.ts → shared/seal.ts → shared/result.ts → shared/log.ts",
    ]);
  });

  it("two ways to the same file are no cycle", () => {
    expect(faultsOf([file("log", "seal", "result"), file("seal", "result"), file("result")])).toEqual([]);
  });
});

describe("plain words", () => {
  it("no source or document has an unwanted word", () => {
    const found = documents().flatMap((name) =>
      unwantedWordsIn(readFileSync(path.join(root, name), "utf8")).map((fault) => `${name}: ${fault}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ["// Nobody answers", "Nobody"],
    ["It is sent anew.", "anew"],
    ["of what is missing", "what is"],
  ])("the unwanted word in this text is found: %s", (text, word) => {
    expect(unwantedWordsIn(text)).toEqual([`line 1 says "${word}"`]);
  });

  it.each(["a renewal", "Whatever is sent", "a bedroom"])("this text has no unwanted word: %s", (text) => {
    expect(unwantedWordsIn(text)).toEqual([]);
  });
});

/** All texts of the project, except those that list the words, and data. */
function documents(): string[] {
  const listed = ["CONTRIBUTING.md", "test/support/plain-words.ts", "test/unit/architecture.test.ts"];
  const skipped = /^(node_modules|dist|\.git|\.wrangler|\.cloudflare|coverage|stored|upstream)$/;
  const visit = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory())
        return skipped.test(entry.name) && !name.startsWith("shared/upstreams") ? [] : visit(name);
      return /\.(ts|tsx|mjs|js|md|css|toml|sh|html|yml)$/.test(name) ? name : [];
    });
  return visit(".").filter((name) => !listed.includes(name));
}
