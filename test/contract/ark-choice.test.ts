import { describe, expect, it } from "vitest";
import { chooseArk } from "./ark-choice.ts";

const ARK_LIVE_KEY = "ark-eu-ark-1a2b3c4d-1111-4aaa-9bbb-00000000c3f9-abcde";

describe("the cloud under test", () => {
  it("Ark's contract suite runs against the simulator unless a live key is set", () => {
    for (const environment of [{}, { CI: "true" }, { ARK_LIVE_KEY: "" }, { ARK_LIVE_GENERATE: "1" }]) {
      expect(chooseArk(environment).isLive).toBe(false);
    }
  });

  it("with a live key the suite runs against its real cloud and generates only when allowed", () => {
    const choice = chooseArk({ ARK_LIVE_KEY });
    expect([choice.isLive, choice.mayGenerate, choice.key.place]).toEqual([true, false, "eu"]);
    expect(chooseArk({ ARK_LIVE_KEY, ARK_LIVE_GENERATE: "1" }).mayGenerate).toBe(true);
  });

  it("a live key in CI is an error", () => {
    expect(() => chooseArk({ ARK_LIVE_KEY, CI: "true" })).toThrow(/CI/);
  });

  it.each([
    "ark-ap-not a key",
    "ark-1a2b3c4d-1111-4aaa-9bbb-00000000c3f9-abcde",
    "us-0123456789abcdef0123456789abcdef",
  ])(
    "a live key that is malformed, lacks its cloud or is a session is an error that does not repeat its value: %s",
    (wrong) => {
      expect(() => chooseArk({ ARK_LIVE_KEY: wrong })).toThrow(/not a key/);
      expect(() => chooseArk({ ARK_LIVE_KEY: wrong })).not.toThrow(wrong);
    },
  );
});
