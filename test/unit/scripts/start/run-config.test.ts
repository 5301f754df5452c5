import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { movedConfig, writeRunConfigs } from "#scripts/start/run-config.ts";

const root = path.resolve("/project");
const within = (place: string) => path.join(root, place);

describe("a configuration moved to another directory", () => {
  it("the paths of a moved configuration become absolute", () => {
    const moved = movedConfig(
      {
        main: "workers/api/index.ts",
        assets: { directory: "dist/ui", binding: "ASSETS" },
        build: { command: "make", watch_dir: "ui" },
      },
      root,
    );
    expect(moved).toEqual({
      main: within("workers/api/index.ts"),
      assets: { directory: within("dist/ui"), binding: "ASSETS" },
      build: { command: "make", cwd: root, watch_dir: [within("ui")] },
    });
  });

  it("everything but the paths of a moved configuration stays as it is", () => {
    const config = { name: "api", kv_namespaces: [{ binding: "TASKS", id: "tasks" }], vars: { UPSTREAM_ORIGIN: "" } };
    expect(movedConfig(config, root)).toEqual(config);
  });

  it("a moved configuration leaves out the schema's path and the list of secrets", () => {
    expect(movedConfig({ $schema: "./schema.json", secrets: { required: ["SECRET_KEY"] }, name: "api" }, root)).toEqual(
      {
        name: "api",
      },
    );
  });

  it("moving a configuration does not change the original", () => {
    const config = { main: "a.ts", build: { cwd: "ui" } };
    movedConfig(config, root);
    expect(config).toEqual({ main: "a.ts", build: { cwd: "ui" } });
  });
});

describe("the secrets of a run", () => {
  const project = path.join(import.meta.dirname, "../../../..");
  afterEach(() => vi.unstubAllEnvs());

  it("settings of one run are taken from the environment, after those of the file", () => {
    vi.stubEnv("ADMIN_KEY_HASH", "ab12");
    vi.stubEnv("WEBHOOK_EXEMPT_ORIGIN", "");
    const directory = mkdtempSync(path.join(tmpdir(), "run-config-"));
    writeRunConfigs({ root: project, directory, devVars: "SECRET_KEY=x\nADMIN_KEY_HASH=cd34\n", origin: "http://a" });
    const lines = readFileSync(path.join(directory, ".dev.vars"), "utf8").trim().split("\n");
    rmSync(directory, { recursive: true });
    expect(lines).toEqual([
      "SECRET_KEY=x",
      "ADMIN_KEY_HASH=cd34",
      'UPSTREAM_ORIGIN="http://a"',
      'ADMIN_KEY_HASH="ab12"',
    ]);
  });
});
