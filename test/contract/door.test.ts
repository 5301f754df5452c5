import { describe, expect, it } from "vitest";
import { openDoor } from "./door.ts";

const DREAMINA_LIVE_SESSION = "us-0123456789abcdef0123456789abcdef";

describe("the door", () => {
  it("is the simulator's, unless a session is set", () => {
    for (const environment of [{}, { CI: "true" }, { DREAMINA_LIVE_SESSION: "" }, { DREAMINA_LIVE_GENERATE: "1" }]) {
      expect(openDoor(environment).isLive).toBe(false);
    }
  });

  it("is the real one with a session, and spends nothing unless told to", () => {
    const door = openDoor({ DREAMINA_LIVE_SESSION });
    expect([door.isLive, door.mayGenerate, door.session.region]).toEqual([true, false, "us"]);
    expect(openDoor({ DREAMINA_LIVE_SESSION, DREAMINA_LIVE_GENERATE: "1" }).mayGenerate).toBe(true);
  });

  it("stays shut in CI when a session is set", () => {
    expect(() => openDoor({ DREAMINA_LIVE_SESSION, CI: "true" })).toThrow(/CI/);
  });

  it("stays shut to what is no session, and does not repeat it", () => {
    const wrong = "us-not a session";
    expect(() => openDoor({ DREAMINA_LIVE_SESSION: wrong })).toThrow(/not a session/);
    expect(() => openDoor({ DREAMINA_LIVE_SESSION: wrong })).not.toThrow(wrong);
  });
});
