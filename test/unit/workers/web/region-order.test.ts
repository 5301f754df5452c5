import { expect, it } from "vitest";
import { regionIds } from "#shared/region-ids.ts";
import { regionOrder } from "#web/sessions/region-order.ts";

it("readers of Chinese are offered China first, others last, and everyone each region once", () => {
  expect(regionOrder("zh")[0]).toBe("cn");
  expect(regionOrder("en").at(-1)).toBe("cn");
  for (const language of ["en", "zh"] as const)
    expect(regionOrder(language).toSorted()).toEqual([...regionIds].toSorted());
});
