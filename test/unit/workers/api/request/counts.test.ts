import { describe, expect, it } from "vitest";
import { type Counting, countingOfTasks, countsOf } from "#api/request/counts.ts";
import { defaultUpstreamConfig, offerOf } from "#shared/upstreams/index.ts";
import { maxImages } from "#shared/wire/limits.ts";

const made = (counting: Partial<Counting>): Counting => ({ ...countingOfTasks, ...counting });
const openAi = made({ countWithoutN: 1, maySplit: true });

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1);
const controlled = (counts: readonly number[]) => ({ counts, sendsCount: true });
/** Makes four, whatever is said. */
const uncontrolled = { counts: upTo(4), sendsCount: false };
const usual = controlled(upTo(8));
const onlyFour = controlled([4]);

describe("a request that does not say n", () => {
  it.each([
    ["the model's own number, from the task API", usual, countingOfTasks, [null]],
    ["one, of OpenAI's callers", usual, openAi, [1]],
    ["the model's own number, where it cannot be told", uncontrolled, openAi, [null]],
    ["the model's own number, where it cannot make one", onlyFour, openAi, [null]],
  ])("n that is not said asks for %s", (_what, offer, counting, counts) => {
    expect(countsOf(null, offer, counting)).toEqual(counts);
    expect(countsOf(undefined, offer, counting)).toEqual(counts);
  });
});

describe("a request that says n", () => {
  it.each([
    [8, usual, [8]],
    [9, usual, [8, 1]],
    [10, usual, [8, 2]],
    [4, controlled(upTo(4)), [4]],
    [5, controlled(upTo(4)), [4, 1]],
    [10, controlled(upTo(4)), [4, 4, 2]],
    [10, uncontrolled, [4, 4, 2]],
    [4, onlyFour, [4]],
    [8, onlyFour, [4, 4]],
    [6, controlled([3, 4]), [3, 3]],
    [10, controlled([3, 4]), [4, 3, 3]],
  ])("%i images are made by as few jobs as can: %j by %j", (n, offer, counts) => {
    expect(countsOf(n, offer, openAi)).toEqual(counts);
  });

  it.each([
    [2, onlyFour],
    [10, onlyFour],
    [5, controlled([3, 4])],
  ])("%i images that no jobs make exactly are none: %j", (n, offer) => {
    expect(countsOf(n, offer, openAi)).toBeNull();
  });

  it("one job is all that the task API takes", () => {
    expect(countsOf(8, usual, countingOfTasks)).toEqual([8]);
    expect(countsOf(9, usual, countingOfTasks)).toBeNull();
    expect(countsOf(8, onlyFour, countingOfTasks)).toBeNull();
  });

  it("no listed model makes another number than requested, where it accepts a number", () => {
    for (const model of defaultUpstreamConfig.models) {
      const offer = offerOf(model, "cn") ?? offerOf(model, "sg") ?? offerOf(model, "us");
      if (offer === null) throw new Error(`${model.id} is nowhere`);
      for (const n of upTo(maxImages)) {
        const counts = countsOf(n, offer, openAi);
        if (counts === null) continue;
        expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(n);
        for (const count of counts) expect(offer.counts).toContain(count);
      }
    }
  });
});
