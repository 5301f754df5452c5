import { describe, expect, test } from "vitest";
import { aCall, aSubmit, frozen, paths, send } from "./support.ts";

describe("a demo session", () => {
  test.each([
    ["demo-sg-risk", "-6"],
    ["demo-sg-a-punished", "1018"],
    ["demo-sg-limit", "121101"],
    ["demo-sg-full2", "1310"],
    ["demo-sg-throttled", "2020"],
    ["demo-sg-nocredit", "1006"],
    ["demo-sg-fullmoon", "0"],
  ])("a submit of the demo session %s returns %s", async (session, ret) => {
    expect((await send(frozen(), aSubmit({ session }))).ret).toBe(ret);
  });

  test("a refusal of a punished session has null data", async () => {
    expect((await send(frozen(), aSubmit({ session: "demo-sg-punished" }))).data).toBeNull();
  });

  test("a lowcredit session can pay for one job", async () => {
    const simulator = frozen();
    expect((await send(simulator, aSubmit({ session: "demo-sg-lowcredit" }))).ret).toBe("0");
    expect((await send(simulator, aSubmit({ session: "demo-sg-lowcredit" }))).ret).toBe("1006");
  });

  test("a single session runs one job at a time", async () => {
    const simulator = frozen();
    expect((await send(simulator, aSubmit({ session: "demo-sg-single" }))).ret).toBe("0");
    expect((await send(simulator, aSubmit({ session: "demo-sg-single" }))).ret).toBe("1310");
  });

  test("an expired session is refused everywhere", async () => {
    const session = "demo-sg-expired";
    expect((await send(frozen(), aSubmit({ session }))).ret).toBe("1015");
    expect((await send(frozen(), aCall("sg", session, paths.credits, {}))).ret).toBe("34010105");
  });
});
