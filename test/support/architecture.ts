/**
 * The architecture rules, as functions over source texts: which file may import which, what pure files may not use, and
 * the shape of a file (`code-shape.ts`). `test/unit/architecture.test.ts` checks the sources against the rules, and the
 * rules against invented sources.
 */
import path from "node:path/posix";
import { shapeFaultsOf } from "./code-shape.ts";

/** A file and its text; the path is relative to the project, with forward slashes. */
export type Source = { path: string; text: string };

type Import = { target: string; isTypeOnly: boolean };

/** Every fault of these sources, as `path: fault`. */
export const faultsOf = (sources: Source[]): string[] => [
  ...sources.flatMap((source) => rules.flatMap((rule) => rule(source).map((fault) => `${source.path}: ${fault}`))),
  ...cyclesIn(sources).map((cycle) => `import cycle: ${cycle.join(" → ")}`),
];

/** The `imports` of package.json. */
export const aliases: Record<string, string> = {
  "#api/": "workers/api/",
  "#consumer/": "workers/consumer/",
  "#web/": "workers/web/",
  "#shared/": "shared/",
  "#scripts/": "scripts/",
  "#test/": "test/",
};

type Layer =
  | "ground"
  | "templates"
  | "wire"
  | "task"
  | "upstream"
  | "stores"
  | "api"
  | "consumer"
  | "web"
  | "scripts"
  | "simulator"
  | "test";

const layers: [RegExp, Layer][] = [
  [
    /^shared\/(errors|language|result|log|seal|sealed-text|config|deadline|with-timeout|session-text|ark-key-text|region-ids|image-shape|default-model|upstream-ids|base64|public-address|webhook-(?:address|secret))\.ts$/,
    "ground",
  ],
  [/^shared\/(task\/records|images\/[\w-]+)\.ts$/, "stores"],
  [/^shared\/templates\//, "templates"],
  [/^shared\/wire\//, "wire"],
  [/^shared\/task\//, "task"],
  [/^shared\/upstreams\//, "upstream"],
  [/^workers\/api\//, "api"],
  [/^workers\/consumer\//, "consumer"],
  [/^workers\/web\//, "web"],
  [/^scripts\//, "scripts"],
  [/^test\/simulator\//, "simulator"],
  [/^test\//, "test"],
];
const layerOf = (file: string): Layer | null => layers.find(([pattern]) => pattern.test(file))?.[1] ?? null;

const mayImport: Record<Layer, Layer[]> = {
  ground: ["ground"],
  // What the page and the batch command both read.
  templates: ["templates"],
  // Side by side: neither knows the other.
  task: ["ground", "task"],
  upstream: ["ground", "upstream"],
  stores: ["ground", "task", "stores"],
  wire: ["ground", "task", "wire"],
  api: ["ground", "wire", "task", "upstream", "stores", "api"],
  consumer: ["ground", "task", "upstream", "stores", "consumer"],
  web: ["ground", "templates", "wire", "stores", "web"],
  scripts: ["templates", "scripts"],
  // A second opinion shares evidence, never code.
  simulator: ["simulator"],
  test: [
    "ground",
    "templates",
    "wire",
    "task",
    "upstream",
    "stores",
    "api",
    "consumer",
    "web",
    "scripts",
    "simulator",
    "test",
  ],
};

/** Files that are given time, chance, storage and network as arguments. */
export const pureFiles = [
  ...["node", "parse-template", "all"].map((name) => `shared/templates/${name}.ts`),
  ...["region-ids", "image-shape", "default-model", "upstream-ids"].map((name) => `shared/${name}.ts`),
  ...[
    ...[
      "administration",
      "batch",
      "composition",
      "credentials",
      "deletion",
      "error",
      "file",
      "health",
      "image-request",
      "kept-request",
      "keys",
      "limits",
    ],
    ...["models", "openai-batch", "openai-file", "paging", "sessions", "submit", "task", "tools", "webhooks"],
  ].map((name) => `shared/wire/${name}.ts`),
  "workers/api/limits.ts",
  "workers/api/admin/exposition.ts",
  "workers/consumer/limits.ts",
  "shared/session-text.ts",
  "shared/ark-key-text.ts",
  "shared/images/image-type.ts",
  "shared/images/image-end.ts",
  "shared/images/other-file.ts",
  "shared/images/limits.ts",
  ...[
    ...["backoff", "batch-ids", "batch-status", "deletion", "poll-delay", "upload-lease", "limits", "progress"],
    ...[
      "end-reasons",
      "view",
      "request",
      "inputs",
      "task-record",
      "phases",
      "row",
      "stored-task",
      "events",
      "follow-up",
      "message",
      "paid-request",
      "paid-call",
      "made-image",
      "batch-ids",
      "webhook",
    ],
    ...["figures", "key-id", "key-limits", "key-refusal", "pool", "sealed-session", "utc", "waiting"],
    ...[
      ...[
        "step",
        "parked",
        "ready",
        "uploading",
        "dispatched",
        "submitting",
        "running",
        "storing",
        "ended",
        "rules",
        "policy",
      ],
      ...[
        "accept",
        "cancelling",
        "changes",
        "ends",
        "image-list",
        "images",
        "orders",
        "paid-calls",
        "polls",
        "standstill",
      ],
      ...["unaccepted", "unreported", "wake-ups"],
    ].map((name) => `machine/${name}`),
  ].map((name) => `shared/task/${name}.ts`),
  ...["slots", "health", "policy", "due", "new-task"].map((name) => `workers/consumer/coordinator/${name}.ts`),
  "workers/consumer/coordinator/webhooks/retries.ts",
  ...["conditions", "forwarded-url", "not-found-message", "paths", "range", "sse"].map(
    (name) => `workers/api/http/${name}.ts`,
  ),
  ...[
    "counts",
    "dialect",
    "faults",
    "field-names",
    "from-form",
    "image-fields",
    "image-format",
    "image-request",
    "mask",
    "model-not-available",
    "shape",
    "shape-words",
    "text-values",
  ].map((name) => `workers/api/request/${name}.ts`),
  ...["crc32", "input-source", "json-text", "part-head", "parts", "unusable-image"].map(
    (name) => `workers/api/request/inputs/${name}.ts`,
  ),
  ...["drawing", "orientation", "pixel-count", "plan", "heic/display-p3", "heic/wide-gamut"].map(
    (name) => `workers/web/convert/${name}.ts`,
  ),
];
/** As pure, but free to import their own folder. */
export const pureUpstreamFiles = [
  ...["credential", "failure", "offer", "call-event", "suffixed-name"].map((name) => `shared/upstreams/${name}.ts`),
  ...[
    ...["answer", "body", "clouds", "errors", "key", "known-refusal", "limits", "model-name", "models", "offer"],
    ...["refusals", "refusals-of-account", "refusals-of-content", "refusals-of-request", "sizes"],
  ].map((name) => `shared/upstreams/ark/${name}.ts`),
  ...[
    "credits",
    "draft",
    "errors",
    "upstream-config",
    "known-refusal",
    "refusals",
    "refusals-of-account",
    "refusals-of-content",
    "refusals-of-job",
    "history",
    "limits",
    "model-name",
    "models",
    "multi-image",
    "offer",
    "offered",
    "overrides",
    "price",
    "region",
    "session",
    "sign",
    "sizes",
    "versions",
  ].map((name) => `shared/upstreams/dreamina/${name}.ts`),
];

const pureMayImport = new Set([...pureFiles, "shared/errors.ts", "shared/language.ts", "shared/result.ts", "zod"]);
/** What single pure files may import besides; `types`: in `import type` only. */
const pureMayAlsoImport: Record<string, { target: string; only: "types" | "anything" }> = {
  "shared/task/view.ts": { target: "shared/task/coordinator.ts", only: "types" },
  "workers/consumer/coordinator/new-task.ts": { target: "shared/task/coordinator.ts", only: "types" },
  "workers/consumer/coordinator/policy.ts": { target: "shared/config.ts", only: "types" },
  "workers/api/request/counts.ts": { target: "shared/upstreams/index.ts", only: "types" },
  "workers/api/request/model-not-available.ts": { target: "shared/upstreams/index.ts", only: "anything" },
  "workers/api/request/image-format.ts": { target: "shared/upstreams/index.ts", only: "types" },
  "workers/api/request/faults.ts": { target: "shared/upstreams/index.ts", only: "types" },
  "workers/api/request/shape.ts": { target: "shared/upstreams/index.ts", only: "types" },
  "workers/api/request/image-request.ts": { target: "shared/upstreams/index.ts", only: "anything" },
  "workers/api/request/shape-words.ts": { target: "shared/upstreams/index.ts", only: "anything" },
};

const impure: [RegExp, string][] = [
  [/\bfetch\s*\(/, "fetch"],
  [/\bDate\s*\.\s*now\b|\bnew Date\s*\(\s*\)|\bperformance\b/, "the clock"],
  [/\bset(Timeout|Interval)\b/, "a timer"],
  [/\bMath\s*\.\s*random\b/, "chance"],
  [/\bcrypto\b/, "crypto"],
  [
    /\b(KVNamespace|R2Bucket|R2Object\w*|DurableObject\w*|Queue|ExecutionContext|D1Database)\b|\benv\s*[.[]/,
    "a binding",
  ],
  [/(?<![-/])\basync\b|\bawait\b|\bPromise\b/, "a promise"],
  [/\bprocess\s*\./, "the process"],
];

/** Folders of the API Worker, and the others that each may import; `limits.ts` beside them is free to all. */
const apiFolders: Record<string, string[]> = {
  docs: [],
  http: ["docs"],
  caller: ["http"],
  request: ["http", "caller"],
  models: ["http", "caller"],
  tasks: ["http", "caller"],
  openai: ["http", "caller", "request", "tasks"],
  submit: ["http", "caller", "request", "tasks", "openai"],
  batches: ["http", "caller", "request", "tasks", "openai", "submit"],
  admin: ["http", "caller", "models"],
  // Tools call the API as their caller would: by its routes.
  mcp: [],
  routes: ["docs", "http", "caller", "admin", "models", "request", "tasks", "openai", "submit", "batches", "mcp"],
};

const rules: ((source: Source) => string[])[] = [climbing, direction, apiDirection, frontDoor, purity, words, shape];

/** An import that leaves its folder names the place, from `imports` of package.json. */
function climbing({ text }: Source): string[] {
  return specifiersIn(text)
    .filter(({ specifier }) => specifier.startsWith(".."))
    .map(({ specifier }) => `imports ${specifier}, which climbs`);
}

function direction(source: Source): string[] {
  const layer = layerOf(source.path);
  if (layer === null) return [];
  return importsOf(source).flatMap(({ target }) => {
    if (!isOurs(target)) return [];
    const wanted = layerOf(target);
    if (wanted !== null && mayImport[layer].includes(wanted)) return [];
    return [`may not import ${target}`];
  });
}

/** Routes at the top, HTTP at the bottom. */
function apiDirection(source: Source): string[] {
  const folder = apiFolderOf(source.path);
  if (folder === null) return [];
  return importsOf(source).flatMap(({ target }) => {
    if (!target.startsWith("workers/api/") || target === "workers/api/limits.ts") return [];
    const wanted = apiFolderOf(target);
    if (wanted !== null && (wanted === folder || apiFolders[folder]?.includes(wanted))) return [];
    return [`may not import ${target}`];
  });
}

const apiFolderOf = (file: string): string | null => /^workers\/api\/(\w+)\//.exec(file)?.[1] ?? null;

/**
 * From `upstreams/` outsiders import its index only, and from the folder of one upstream the files beside it do; tests
 * look inside.
 */
function frontDoor(source: Source): string[] {
  if (source.path.startsWith("test/")) return [];
  return importsOf(source).flatMap(({ target }) => {
    const [, folder] = /^(shared\/upstreams\/(?:\w+\/)?)[\w-]+\.ts$/.exec(target) ?? [];
    if (folder === undefined || source.path.startsWith(folder) || target === `${folder}index.ts`) return [];
    const isBeside = source.path.startsWith("shared/upstreams/") && folder === "shared/upstreams/";
    return isBeside ? [] : [`imports ${target}, not ${folder}index.ts`];
  });
}

function purity(source: Source): string[] {
  const isPure = pureFiles.includes(source.path);
  if (!isPure && !pureUpstreamFiles.includes(source.path)) return [];
  const code = withoutComments(source.text);
  const uses = impure.filter(([pattern]) => pattern.test(code)).map(([, what]) => `is pure, but uses ${what}`);
  const own = pureMayAlsoImport[source.path];
  const imports = importsOf(source).flatMap(({ target, isTypeOnly }) => {
    if (!isPure || pureMayImport.has(target)) return [];
    if (own?.target === target && (own.only === "anything" || isTypeOnly)) return [];
    return [`is pure, but imports ${target}`];
  });
  return [...uses, ...imports];
}

function words({ path: file, text }: Source): string[] {
  const code = withoutComments(text);
  const faults: string[] = [];
  if (/(?::|\bas|[<,|&]|=>)\s*any\b(?!\s*:)(?=\s*[[\])>,;={|&\n]|$)/m.test(code)) faults.push("has an any");
  if (/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+\s*\{/m.test(code)) faults.push("has an enum");
  const maySpeak = file === "shared/log.ts" || file === "test/simulator/main.ts";
  const isHeld = /^(workers|shared|test\/simulator)\//.test(file);
  if (isHeld && !maySpeak && /\bconsole\s*[.[]/.test(code)) faults.push("writes to the console itself");
  const waits = file.startsWith("test/") && file !== "test/support/wait-until.ts";
  if (waits && /\bvi\.wait(For|Until)\b/.test(code)) faults.push("waits for a second only, as Vitest does by itself");
  const mayRunInAnObject = /^(workers\/consumer|shared)\//.test(file);
  if (mayRunInAnObject && /\bAbortSignal\.timeout\b/.test(code)) faults.push("has a time limit that is no Deadline");
  return faults;
}

/** Tests list cases, so only the product and its scripts are held to a shape. */
function shape(source: Source): string[] {
  return /^(workers|shared|scripts)\//.test(source.path) ? shapeFaultsOf(source) : [];
}

/** Each import cycle once, as the paths along it; an import of types alone counts. */
function cyclesIn(sources: Source[]): string[][] {
  const paths = new Set(sources.map((source) => source.path));
  const imports = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap(({ target }) => (paths.has(target) ? target : [])),
    ]),
  );
  const cycles: string[][] = [];
  const visited = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const start = trail.indexOf(file);
    if (start !== -1) cycles.push([...trail.slice(start), file]);
    if (visited.has(file)) return;
    visited.add(file);
    for (const target of imports.get(file) ?? []) visit(target, [...trail, file]);
  };
  for (const file of paths) visit(file, []);
  return cycles;
}

const isOurs = (target: string): boolean => /^(workers|shared|test|scripts)\//.test(target);

/** What a file imports: project paths for its own kind, names for packages. */
export function importsOf({ path: file, text }: Source): Import[] {
  return specifiersIn(text).map(({ specifier, clause }) => ({
    target: projectPath(file, specifier),
    isTypeOnly: isTypeOnly(clause),
  }));
}

function specifiersIn(text: string): { specifier: string; clause: string }[] {
  const code = withoutComments(text);
  const found: { specifier: string; clause: string }[] = [];
  for (const [, clause = "", specifier = ""] of code.matchAll(
    /^\s*(?:import|export)\b([^;"']*?)\bfrom\s*["']([^"']+)["']/gm,
  )) {
    found.push({ specifier, clause });
  }
  for (const [, specifier = ""] of code.matchAll(/^\s*import\s*["']([^"']+)["']/gm))
    found.push({ specifier, clause: "" });
  for (const [, specifier = ""] of code.matchAll(/\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]/g)) {
    found.push({ specifier, clause: "" });
  }
  return found;
}

/** The project path behind a relative specifier or one of package.json's `imports`; a package's name as it is. */
function projectPath(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return path.join(path.dirname(file), specifier);
  const alias = Object.keys(aliases).find((name) => specifier.startsWith(name));
  return alias === undefined ? specifier : aliases[alias] + specifier.slice(alias.length);
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/
    .exec(clause)?.[1]
    ?.split(",")
    .map((name) => name.trim());
  return names?.filter((name) => name !== "").every((name) => name.startsWith("type ")) ?? false;
}

/** Good enough for our own formatted code: a `//` inside a text follows a colon there, never a space. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
