/** README.md against the code: what it lists is there, and what is there is listed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apiConfig, consumerConfig, settingNames } from "../../shared/config.ts";
import { builtInFacts, defaultModelId, offerOf, ratios, regionIds, resolutions } from "../../shared/upstream/index.ts";
import { maxInputs } from "../../workers/api/inputs/forms.ts";

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
    const value = defaults[name] ?? [];
    const written = name === "SECRET_KEY" ? "required" : String(value) || "unset";
    expect(rowOf(`\`${name}\``)[2]?.replaceAll("`", "")).toBe(written);
  });

  it("lists every npm script", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const commands = Object.keys(scripts).map((name) => (["start", "test"].includes(name) ? name : `run ${name}`));
    expect(commands.filter((command) => !readme.includes(`\`npm ${command}\``))).toEqual([]);
  });

  it("names the default model, every ratio and every resolution", () => {
    expect(rowOf("`model`")[1]).toBe(`\`${defaultModelId}\``);
    expect(rowOf("`ratio`")[2]).toBe(ratios.map((ratio) => `\`${ratio}\``).join(" "));
    expect(rowOf("`resolution`")[2]).toBe(resolutions.map((resolution) => `\`${resolution}\``).join(" "));
  });

  it.each(builtInFacts.models)("lists $id with its regions, resolutions, counts and inputs", (model) => {
    const homes = regionIds.filter((id) => offerOf(model, builtInFacts.regions[id].cluster) !== null);
    const counts = model.counts ?? [1, model.defaultCount];
    expect(rowOf(`\`${model.id}\``)).toEqual([
      `\`${model.id}\``,
      homes.length === regionIds.length ? "all" : homes.join(" "),
      model.resolutions.join(" "),
      counts.length === 1 ? String(counts[0]) : `${counts[0]}–${counts.at(-1)}`,
      String(Math.min(model.maxInputs, maxInputs)),
    ]);
  });
});
