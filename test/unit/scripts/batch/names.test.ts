import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesFor } from "#scripts/batch/names.ts";

const contentType = "image/png";
const stemOf = (id: string) => namesFor([id])({ customId: id, index: 0, of: 1, contentType }).replace(/\.png$/, "");
/** The names of `of` images of each. */
const namesOf = (ids: string[], of: number | (() => number)) => {
  const nameOf = namesFor(ids);
  return ids.flatMap((customId) => {
    const count = typeof of === "number" ? of : of();
    return Array.from({ length: count }, (_, index) => nameOf({ customId, index, of: count, contentType }));
  });
};

describe("the name of an image", () => {
  it.each([
    ["poster-0017", "poster-0017"],
    ["海报 一", "海报 一"],
    ["a/b\\c:d", "a_b_c_d"],
    ["../../etc/passwd", "__.._etc_passwd"],
    [".batch", "_batch"],
    ["-rf", "_rf"],
    ["dots. .", "dots_"],
    ["con", "_con"],
    ["Aux.txt", "_Aux.txt"],
    ["a\nb\u0000c\u202ed", "a_b_c_d"],
    ["\ud800", "_"],
    [" ", "_"],
  ])("%j becomes %j", (id, stem) => {
    expect(stemOf(id)).toBe(stem);
  });

  it.each([
    ["cat", "CAT"],
    ["a/b", "a:b"],
    ["é", "e\u0301"],
    ["x".repeat(200), "x".repeat(201)],
    ["straße", "STRASSE"],
  ])("%j and %j are two files where upper and lower case are the same", (one, other) => {
    const names = namesOf([one, other], 1).map((name) => name.normalize("NFC").toUpperCase());
    expect(new Set(names).size).toBe(2);
  });

  it("the second image of one request is not the first of another", () => {
    const names = [...namesOf(["cat", "cat-2"], 1), ...namesOf(["cat", "cat-2"], 2)];
    expect(new Set(names).size).toBe(6);
  });

  const id = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 255 }),
    fc.string({ unit: fc.constantFrom("a", "A", "-", "1", "2", ".", "~", "/", " "), minLength: 1, maxLength: 5 }),
  );
  const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 30 });

  it("any custom_ids, with any number of images each, have different names, whatever their order", () => {
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.constantFrom(1, 2, 11)), (all, counts) => {
        const names = namesOf(all, () => counts.next().value ?? 1);
        expect(new Set(names.map((name) => name.normalize("NFD").toLowerCase())).size).toBe(names.length);
        expect(namesOf(all.toReversed(), 1).toReversed()).toEqual(namesOf(all, 1));
      }),
    );
  });

  it("any custom_id gives a name that every system takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 255 }), (one) => {
        const [name = ""] = namesOf([one], 1);
        expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}]|^[. ]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)\./iu);
        expect(name.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(`.${name}.part`)).toBeLessThan(200);
      }),
    );
  });

  it.each([
    ["image/png", "png"],
    ["IMAGE/JPEG; q=1", "jpg"],
    ["image/unheard-of", "img"],
  ])("the ending of %s is %s", (type, ending) => {
    expect(namesFor(["a"])({ customId: "a", index: 0, of: 1, contentType: type })).toBe(`a.${ending}`);
  });
});
