/** Earlier prompts by the arrow keys. */
import { describe, expect, test } from "vitest";
import { earlierPrompts } from "#web/compose/earlier-prompts.ts";
import { type Recall, step } from "#web/compose/prompt-history.ts";
import { maxPromptHistory } from "#web/limits.ts";
import { plainDraft } from "#web/state/draft.ts";

const task = (prompt: string | null, bend: { taskId?: string; isHidden?: boolean } = {}) => ({
  key: `key of ${prompt}`,
  taskId: "imgtask_a",
  draft: prompt === null ? null : { ...plainDraft, prompt },
  isHidden: false,
  ...bend,
});

describe("the earlier prompts", () => {
  test("are those of this browser's tasks, each once, the newest first", () => {
    const tasks = [task("a fox"), task(" a cat "), task("a fox"), task("an owl")];
    expect(earlierPrompts(tasks)).toEqual(["a fox", "a cat", "an owl"]);
  });

  test("lack those of deleted and hidden tasks, and of tasks made elsewhere", () => {
    const elsewhere = task("a mole", { taskId: "key of a mole" });
    expect(earlierPrompts([task(null), task("a bear", { isHidden: true }), elsewhere])).toEqual([]);
  });

  test("are limited to the newest", () => {
    const tasks = Array.from({ length: maxPromptHistory + 5 }, (_, index) => task(`number ${index}`));
    expect(earlierPrompts(tasks)).toHaveLength(maxPromptHistory);
    expect(earlierPrompts(tasks)[0]).toBe("number 0");
  });
});

describe("a step through the earlier prompts", () => {
  const prompts = ["newest", "middle", "oldest"];
  /** What the field shows after these keys, u and d. */
  const after = (keys: string, text: string): string => {
    let recall: Recall | null = null;
    let shown = text;
    for (const key of keys) {
      const next = step(prompts, shown, recall, key === "u" ? "older" : "newer");
      if (next === null) continue;
      recall = next;
      shown = next.shown;
    }
    return shown;
  };

  test.each([
    ["u", "", "newest"],
    ["uuu", "", "oldest"],
    ["uuuu", "", "oldest"],
    ["uud", "", "newest"],
    ["ud", "  my own ", "  my own "],
    ["udd", "my own", "my own"],
    ["d", "my own", "my own"],
    ["udu", "my own", "newest"],
    // The user's own text, sent before, is not shown a second time.
    ["u", "newest", "middle"],
    ["ud", "newest", "newest"],
  ])("%s from %j shows %j", (keys, text, shown) => {
    expect(after(keys, text)).toBe(shown);
  });

  test("a changed prompt is the user's own, to which the way back leads", () => {
    const first = step(prompts, "", null, "older");
    const second = step(prompts, "newest, in snow", first, "older");
    expect(second).toEqual({ shown: "newest", own: "newest, in snow" });
    expect(step(prompts, "newest", second, "newer")?.shown).toBe("newest, in snow");
    expect(step(prompts, "newest, in snow", first, "newer")).toBe(null);
  });
});
