import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isFieldName, isWrapper } from "#api/request/field-names.ts";
import { imageField } from "#api/request/image-fields.ts";
import { columnName, ignoredNotes, isKnownName, names, nearestName } from "#scripts/batch/input/field-names.ts";
import { compositionSchema } from "#shared/wire/composition.ts";

/** The names of a table in a source of the API. */
function namesIn(file: string, table: RegExp): string[] {
  const text = readFileSync(path.join(import.meta.dirname, "../../../../workers/api/request", file), "utf8");
  return [...(table.exec(text)?.[1] ?? "").matchAll(/\b([a-z][a-z_\d]*): "/g)].map(([, name]) => name ?? "");
}

describe("the names that the command knows", () => {
  it("are all of the API's", () => {
    const api = [
      ...Object.keys(compositionSchema.shape),
      ...namesIn("field-names.ts", /const synonyms[^=]*= \{([\s\S]*?)\n\};/),
      ...namesIn("image-fields.ts", /const imageNames[^=]*= \{([\s\S]*?)\n\};/),
      ...["image_config", "parameters", "input", "extra_body", "custom_id", "mask"],
    ];
    expect(api.length).toBeGreaterThan(100);
    expect(api.filter((name) => !isKnownName(name))).toEqual([]);
  });

  it("are none that the API ignores", () => {
    const special = ["custom_id", "sequential_image_generation", "force_single"];
    const known = (name: string) => isFieldName(name) || isWrapper(name) || imageField(name) !== null;
    const all = Object.values(names).flat();
    expect(all.filter((name) => !known(name) && !special.includes(name))).toEqual([]);
  });

  it.each(["aspectRatio", "Num-Images", "input_image_2", "image2", "images[]"])(
    "%s is one in another spelling",
    (name) => expect(isKnownName(name)).toBe(true),
  );

  it.each([
    ["modl", "model"],
    ["ratoi", "ratio"],
    ["negativ_prompt", "negative_prompt"],
    ["foo", null],
  ])("the one nearest to %s is %s", (wrong, near) => {
    expect([isKnownName(wrong), nearestName(wrong)]).toEqual([false, near]);
  });

  it("a header's name loses its blanks and, where it is known, its case", () => {
    expect([" Prompt", "Custom_ID ", "aspectRatio", "Foo"].map(columnName)).toEqual([
      ...["prompt", "custom_id", "aspectRatio", "Foo"],
    ]);
  });

  it("others are named once, with the number of their rows", () => {
    expect(ignoredNotes([{ prompt: "a", foo: 1, modl: "m" }, { foo: 2 }, { foo: 3 }])).toEqual([
      "Ignored, because the API has nothing like it: foo (3 rows), modl (1 row; did you mean model?).",
    ]);
    expect(ignoredNotes([{ prompt: "a" }])).toEqual([]);
  });
});
