import { expect, it } from "vitest";
import { knownArkRefusals, knownRefusals } from "#shared/upstreams/index.ts";
import { wordsOfTheApi } from "#test/support/api-words.ts";

it("the hint of a refusal names nothing of the API: the page shows it to people", () => {
  const hints = [...knownRefusals, ...knownArkRefusals].flatMap(({ hint }) => Object.values(hint));
  expect(hints.filter((hint) => wordsOfTheApi.test(hint))).toEqual([]);
});
