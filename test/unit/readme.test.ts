/** README.md against the code: what it lists is there, and what is there is listed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apiConfig, consumerConfig, settingNames } from "../../shared/config.ts";
import { defaultModelId, models, ratios, resolutions } from "../../shared/upstream/index.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
/** The cells of the table row that begins with this cell. */
const rowOf = (first: string): string[] =>
  readme
    .split("\n")
    .find((line) => line.startsWith(`| ${first} |`))
    ?.split("|")
    .map((cell) => cell.trim())
    .slice(1, -1) ?? [];

describe("README.md", () => {
  it.each(settingNames)("lists the setting %s with its default", (name) => {
    const SECRET_KEY = "A".repeat(43);
    const defaults: Record<string, unknown> = { ...apiConfig({ SECRET_KEY }), ...consumerConfig({ SECRET_KEY }) };
    const written = name === "SECRET_KEY" ? "required" : String(defaults[name] ?? "unset");
    expect(rowOf(`\`${name}\``)[2]?.replaceAll("`", "")).toBe(written);
  });

  it("lists every npm script", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const commands = Object.keys(scripts).map((name) => (["start", "test"].includes(name) ? name : `run ${name}`));
    expect(commands.filter((command) => !readme.includes(`\`npm ${command}\``))).toEqual([]);
  });

  it("lists every model, ratio and resolution, and the default model", () => {
    expect(rowOf("`model`")[1]).toBe(`\`${defaultModelId}\``);
    expect(models.filter(({ id }) => !rowOf("`model`")[2]?.includes(`\`${id}\``))).toEqual([]);
    expect(rowOf("`ratio`")[2]).toBe(ratios.map((ratio) => `\`${ratio}\``).join(" "));
    expect(rowOf("`resolution`")[2]).toBe(resolutions.map((resolution) => `\`${resolution}\``).join(" "));
  });
});
