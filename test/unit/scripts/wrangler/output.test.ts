import { describe, expect, it } from "vitest";
import { isNoise } from "#scripts/wrangler/output.ts";

describe("wrangler's lines", () => {
  it.each([
    "",
    "Using secrets defined in .wrangler/state/run-8787/.dev.vars",
    "dreamina-api has access to the following bindings:",
    "Binding                        Resource                  Mode",
    "env.COORDINATOR (Coordinator, defined in dreamina-consumer)    Durable Object    local [not connected]",
    'env.PUBLIC_IMAGE_BASE_URL ("")          Environment Variable      local',
    "⎔ Starting local server...",
    "[wrangler:info] Ready on http://localhost:8787",
    "[wrangler:info] GET /ping 200 OK (3ms)",
    "[wrangler:info] ✨ Parsed 2 valid header rules.",
  ])("wrangler's tables and banners are noise: %s", (line) => {
    expect(isNoise(line)).toBe(true);
  });

  it.each([
    "[wrangler:info] POST /v1/images/generations 200 OK (18ms)",
    '[dreamina-consumer] {"level":"info","event":"batch"}',
    "⎔ Reloading local server...",
    "▲ [WARNING] Something to know",
    "[wrangler:info] ✨ Parsed 1 valid header rule and 1 invalid:",
    '✘ [ERROR] Could not resolve "./missing.ts"',
    "a line of an unknown kind",
  ])("requests, logs, reloads, warnings and errors are not noise: %s", (line) => {
    expect(isNoise(line)).toBe(false);
  });
});
