import { describe, expect, it } from "vitest";
import { openDoor } from "./upstream-choice.ts";

const DREAMINA_LIVE_SESSION = "us-0123456789abcdef0123456789abcdef";

describe("the door", () => {
  it("the suite talks to the simulator unless a live session is set", () => {
    for (const environment of [{}, { CI: "true" }, { DREAMINA_LIVE_SESSION: "" }, { DREAMINA_LIVE_GENERATE: "1" }]) {
      expect(openDoor(environment).isLive).toBe(false);
    }
  });

  it("with a live session the suite talks to the real upstream and generates only when told to", () => {
    const door = openDoor({ DREAMINA_LIVE_SESSION });
    expect([door.isLive, door.mayGenerate, door.session.region]).toEqual([true, false, "us"]);
    expect(openDoor({ DREAMINA_LIVE_SESSION, DREAMINA_LIVE_GENERATE: "1" }).mayGenerate).toBe(true);
  });

  it("a live session in CI is an error", () => {
    expect(() => openDoor({ DREAMINA_LIVE_SESSION, CI: "true" })).toThrow(/CI/);
  });

  it("a malformed live session is an error that does not repeat its value", () => {
    const wrong = "us-not a session";
    expect(() => openDoor({ DREAMINA_LIVE_SESSION: wrong })).toThrow(/not a session/);
    expect(() => openDoor({ DREAMINA_LIVE_SESSION: wrong })).not.toThrow(wrong);
  });
});
