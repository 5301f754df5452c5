import { expect, it } from "vitest";
import { err, ok } from "#shared/result.ts";

it("the ok field of a result separates a value from an error", () => {
  expect(ok(7)).toEqual({ ok: true, value: 7 });
  expect(err("why")).toEqual({ ok: false, error: "why" });
});
