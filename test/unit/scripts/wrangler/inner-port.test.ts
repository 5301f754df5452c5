import { expect, it } from "vitest";
import { isInnerPortTaken } from "#scripts/wrangler/inner-port.ts";

it("only a taken port of an inner socket makes another start worth a try", () => {
  const inner =
    'Address already in use (socket "direct:1:default"). Please check that you are not already running a server on this address or specify a different port with --port.';
  expect(isInnerPortTaken(inner)).toBe(true);
  expect(isInnerPortTaken("Address already in use (127.0.0.1:8787)")).toBe(false);
});
