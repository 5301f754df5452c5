import path from "node:path";
import { describe, expect, it } from "vitest";
import { movedConfig } from "#scripts/start/run-config.ts";

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
