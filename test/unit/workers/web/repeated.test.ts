/** What "Run again" sends. */
import { describe, expect, test } from "vitest";
import { plainDraft, requestOf } from "#web/state/draft.ts";
import { repeated } from "#web/tasks/repeated.ts";
import { aTaskView } from "./wire.ts";

const draft = { ...plainDraft, prompt: "a fox" };

describe("a repeated task", () => {
  test.each([0, 7, 2 ** 31, 2 ** 32 - 1])("names the seed that the server drew, as it is: %d", (seed) => {
    const same = repeated({ draft, view: aTaskView({ seed }) });
    expect(same?.isAlike).toBe(true);
    expect(same && requestOf(same.draft).json).toEqual({ ...requestOf(draft).json, seed });
  });

  test("names the seed of its own draft before the server told one", () => {
    const wished = { ...draft, seed: 9 };
    expect(repeated({ draft: wished, view: null })).toEqual({ draft: wished, isAlike: true });
  });

  test.each([null, -1])("has no seed where none is known, and is not called alike: %j", (seed) => {
    const same = repeated({ draft: { ...draft, seed }, view: aTaskView() });
    expect(same).toEqual({ draft, isAlike: false });
  });

  test("is not called alike with reference images, which take no seed", () => {
    const same = repeated({ draft: { ...draft, mode: "image", seed: 9 }, view: null });
    expect(same?.isAlike).toBe(false);
  });

  test("needs a draft", () => {
    expect(repeated({ draft: null, view: aTaskView({ seed: 7 }) })).toBe(null);
  });
});
