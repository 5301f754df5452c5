import { describe, expect, it } from "vitest";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { type Draft, plainDraft, type ReferenceImage } from "#web/state/draft.ts";

const cat: Draft = { ...plainDraft, prompt: "a cat" };
const file = (id: string): ReferenceImage => ({ id, name: "cat.png", kind: "file", blob: new Blob(["x"]) });
const withFile = (id: string): Draft => ({ ...cat, mode: "image", images: [file(id)] });

/** A guard whose clock the test sets. */
function guard() {
  let now = 0;
  const counts = createSubmitGuard(() => now);
  return (request: unknown, atMs: number) => {
    now = atMs;
    return counts(request);
  };
}

describe("a submit", () => {
  it("the first submit counts", () => {
    expect(guard()(cat, 5)).toBe(true);
  });

  it.each([
    [0, false],
    [250, false],
    [799, false],
    [800, true],
    [5_000, true],
  ])("a submit of the same draft after %i ms counts: %s", (afterMs, expected) => {
    const counts = guard();
    counts(cat, 1_000);
    expect(counts({ ...cat }, 1_000 + afterMs)).toBe(expected);
  });

  it("a submit of another draft counts, however soon", () => {
    const counts = guard();
    counts(cat, 1_000);
    expect(counts({ ...cat, seed: 7 }, 1_001)).toBe(true);
  });

  it("a submit of the same draft with another file counts", () => {
    const [other, same] = [guard(), guard()];
    other(withFile("a"), 1_000);
    same(withFile("a"), 1_000);
    expect(other(withFile("b"), 1_001)).toBe(true);
    expect(same(withFile("a"), 1_001)).toBe(false);
  });

  it("a double press of one button counts once; other buttons and later presses count", () => {
    const counts = guard();
    expect(counts("again k1", 0)).toBe(true);
    expect(counts("again k1", 300)).toBe(false);
    expect(counts("again k2", 300)).toBe(true);
    expect(counts("again k1", 799)).toBe(false);
    expect(counts("again k1", 800)).toBe(true);
  });

  it("a series of submits of the form's draft counts once, however long it lasts", () => {
    let now = 0;
    const counts = createSubmitGuard(() => now, { extend: true });
    const series = [0, 500, 1_000, 1_500, 2_300].map((at) => {
      now = at;
      return counts(cat);
    });
    expect(series).toEqual([true, false, false, false, true]);
  });
});
