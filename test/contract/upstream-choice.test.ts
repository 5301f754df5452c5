import { describe, expect, it } from "vitest";
import { chooseUpstream } from "./upstream-choice.ts";

const DREAMINA_LIVE_SESSION = "us-0123456789abcdef0123456789abcdef";

describe("the upstream under test", () => {
  it("the contract suite runs against the simulator unless a live session is set", () => {
    for (const environment of [{}, { CI: "true" }, { DREAMINA_LIVE_SESSION: "" }, { DREAMINA_LIVE_GENERATE: "1" }]) {
      expect(chooseUpstream(environment).isLive).toBe(false);
    }
  });

  it("with a live session the suite runs against the real upstream and generates only when allowed", () => {
    const choice = chooseUpstream({ DREAMINA_LIVE_SESSION });
    expect([choice.isLive, choice.mayGenerate, choice.session.region]).toEqual([true, false, "us"]);
    expect(chooseUpstream({ DREAMINA_LIVE_SESSION, DREAMINA_LIVE_GENERATE: "1" }).mayGenerate).toBe(true);
  });

  it("a live session in CI is an error", () => {
    expect(() => chooseUpstream({ DREAMINA_LIVE_SESSION, CI: "true" })).toThrow(/CI/);
  });

  it("a malformed live session is an error that does not repeat its value", () => {
    const wrong = "us-not a session";
    expect(() => chooseUpstream({ DREAMINA_LIVE_SESSION: wrong })).toThrow(/not a session/);
    expect(() => chooseUpstream({ DREAMINA_LIVE_SESSION: wrong })).not.toThrow(wrong);
  });
});
