import { describe, expect, it } from "vitest";
import { isEcho } from "#web/compose/press.ts";
import { type Draft, plainDraft, type ReferenceImage } from "#web/state/draft.ts";

const cat: Draft = { ...plainDraft, prompt: "a cat" };
const file = (id: string): ReferenceImage => ({ id, name: "cat.png", kind: "file", blob: new Blob(["x"]) });
const withFile = (id: string): Draft => ({ ...cat, mode: "image", images: [file(id)] });

describe("a press", () => {
  it("the first press is no echo", () => {
    expect(isEcho({ draft: cat, atMs: 5 }, null)).toBe(false);
  });

  it.each([
    [0, true],
    [250, true],
    [799, true],
    [800, false],
    [5_000, false],
  ])("a press of the same draft after %i ms is an echo: %s", (afterMs, expected) => {
    expect(isEcho({ draft: { ...cat }, atMs: 1_000 + afterMs }, { draft: cat, atMs: 1_000 })).toBe(expected);
  });

  it("a press of another draft is no echo, however soon", () => {
    expect(isEcho({ draft: { ...cat, seed: 7 }, atMs: 1_001 }, { draft: cat, atMs: 1_000 })).toBe(false);
  });

  it("a press of the same draft with another file is no echo", () => {
    expect(isEcho({ draft: withFile("b"), atMs: 1_001 }, { draft: withFile("a"), atMs: 1_000 })).toBe(false);
    expect(isEcho({ draft: withFile("a"), atMs: 1_001 }, { draft: withFile("a"), atMs: 1_000 })).toBe(true);
  });
});
