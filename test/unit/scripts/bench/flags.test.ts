import { describe, expect, it } from "vitest";
import { benchFlags } from "#scripts/bench/flags.ts";
import { workloads } from "#scripts/bench/workloads.ts";
import { UsageError } from "#scripts/bootstrap/flags.mjs";

const namesOf = (args: string[]) => benchFlags.read(args).workloads.map(({ name }) => name);

describe("the flags of npm run bench", () => {
  it("without flags every workload runs three times, alone and without a JSON file", () => {
    expect(benchFlags.read([])).toEqual({ help: false, workloads, repeats: 3, against: undefined, json: undefined });
  });

  it("--workload selects workloads, in the given order", () => {
    expect(namesOf(["--workload", "parked", "--workload", "alone"])).toEqual(["parked", "alone"]);
  });

  it("--repeats, --against and --json are read", () => {
    const flags = benchFlags.read(["--repeats", "5", "--against", "main~3", "--json", "figures.json"]);
    expect(flags).toMatchObject({ repeats: 5, against: "main~3", json: "figures.json" });
  });

  it("an unknown workload is refused with the names of all", () => {
    expect(() => namesOf(["--workload", "many"])).toThrow(/alone, .*memory, not "many"/);
  });

  it.each(["0", "x", "1.5", "-1", "21"])("--repeats %s is refused with the allowed range", (repeats) => {
    expect(() => benchFlags.read([`--repeats=${repeats}`])).toThrow("1 to 20");
  });

  it("a flag that npm kept for itself is refused with the right command", () => {
    expect(() => benchFlags.read([], { npm_config_repeats: "3" })).toThrow(UsageError);
  });

  it("the usage names every flag and every workload", () => {
    const flags = ["--workload", "--repeats", "--against", "--json", "--help"];
    for (const word of [...flags, ...workloads.map(({ name }) => name)]) expect(benchFlags.usage).toContain(word);
  });
});
