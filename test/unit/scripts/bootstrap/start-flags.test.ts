import { describe, expect, it } from "vitest";
import { UsageError } from "#scripts/bootstrap/flags.mjs";
import { startFlags } from "#scripts/bootstrap/start-flags.mjs";

describe("the flags of npm start", () => {
  it("without flags the simulator is used and no port is fixed", () => {
    expect(startFlags.read([])).toEqual({
      help: false,
      watch: false,
      port: undefined,
      state: ".wrangler/state",
      upstream: "simulator",
    });
  });

  it("--port, --state, --live and --watch are taken as given", () => {
    expect(startFlags.read(["--port", "9000", "--state", "/tmp/x", "--live", "--watch"])).toMatchObject({
      watch: true,
      port: 9000,
      state: "/tmp/x",
      upstream: "live",
    });
  });

  it("--upstream replaces the simulator and loses its trailing slash", () => {
    expect(startFlags.read(["--upstream", "http://127.0.0.1:9000/"]).upstream).toBe("http://127.0.0.1:9000");
    expect(startFlags.read(["--upstream", "https://relay.example/dreamina/"]).upstream).toBe(
      "https://relay.example/dreamina",
    );
  });

  it.each([
    ["an unknown flag", ["--prot", "9000"], /--prot/],
    ["a stray word", ["live"], /live/],
    ["a flag without its value", ["--port"], /--port/],
    ["a port that is no number", ["--port", "http"], /from 1 to 65535, not "http"/],
    ["a port out of range", ["--port", "65536"], /from 1 to 65535/],
    ["an upstream that is no URL", ["--upstream", "localhost"], /http or https URL/],
    ["an upstream of another scheme", ["--upstream", "ftp://host"], /http or https URL/],
    ["an upstream with a query", ["--upstream", "http://host/?a=1"], /without query/],
    ["two upstreams", ["--live", "--upstream", "http://host"], /exclude each other/],
  ])("%s is refused by name", (_case, args, words) => {
    expect(() => startFlags.read(args)).toThrow(UsageError);
    expect(() => startFlags.read(args)).toThrow(words);
  });

  it("a flag that npm kept for itself is refused, with the way to write it", () => {
    expect(() => startFlags.read([], { npm_config_live: "true" })).toThrow("npm start -- --live");
  });

  it("a flag that arrives is not taken for one npm kept", () => {
    expect(startFlags.read(["--live"], { npm_config_live: "true" }).upstream).toBe("live");
  });
});
