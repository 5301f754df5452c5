import { expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";

it("a result is told apart by ok", () => {
  expect(ok(7)).toEqual({ ok: true, value: 7 });
  expect(err("why")).toEqual({ ok: false, error: "why" });
});
