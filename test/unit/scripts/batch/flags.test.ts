import { describe, expect, it } from "vitest";
import { batchFlags } from "#scripts/batch/flags.ts";
import { UsageError } from "#scripts/bootstrap/flags.mjs";

const flags = batchFlags({ name: "npm run batch --", hasLocal: true });
const packaged = batchFlags({ name: "dreamina-batch", hasLocal: false });
const read = (args: string[], env = {}) => flags.read(["p.txt", ...args], { DREAMINA_SESSION: "us-a", ...env });

describe("the flags of npm run batch", () => {
  it("a file alone is sent to the local server, with the session of the environment", () => {
    expect(read([])).toEqual({
      ...{ help: false, file: "p.txt", out: "pictures", url: "http://localhost:8787", live: false },
      ...{ credential: "us-a", notes: [] },
      ...{ set: {}, templates: true, wordlists: undefined, random: null, seed: "0" },
      ...{ dryRun: false, skipInvalid: false, retryFailed: false, newSession: false, cancel: false },
    });
  });

  it("every flag is read", () => {
    const args = ["--out=o", "--url=https://a.example/x/", "--session=us-b, us-c", "--set=n=2", "--set", "model=m=1"];
    const more = [
      "--wordlists=w",
      "--random=5",
      "--seed=s",
      "--no-templates",
      "--dry-run",
      "--skip-invalid",
      "--cancel",
    ];
    expect(read([...args, ...more])).toMatchObject({
      ...{ out: "o", url: "https://a.example/x", credential: "us-b, us-c", set: { n: 2, model: "m=1" } },
      ...{ wordlists: "w", random: 5, seed: "s", templates: false, dryRun: true, skipInvalid: true, cancel: true },
    });
    expect(flags.read(["-"], { DREAMINA_SESSION: "us-a" }).file).toBe("-");
    expect(read(["--retry-failed", "--new-session"])).toMatchObject({ retryFailed: true, newSession: true });
  });

  it("a dry run needs no session, and everything else does", () => {
    expect(flags.read(["p.txt", "--dry-run"], {}).credential).toBe("");
    expect(() => flags.read(["p.txt"], {})).toThrow("Set DREAMINA_SESSION");
  });

  it("--local needs no address and, simulated, no session", () => {
    expect(flags.read(["p.txt", "--local"], {})).toMatchObject({ url: null, credential: "us-demo-us", live: false });
    expect(() => flags.read(["p.txt", "--local", "--live"], {})).toThrow(/DREAMINA_SESSION/);
    expect(read(["--local", "--live"])).toMatchObject({ url: null, live: true, credential: "us-a" });
  });

  it("--local with a real session uses the simulator's own and says so; with --live it does not", () => {
    const local = (session: string, ...more: string[]) => {
      const { credential, notes } = read(["--local", `--session=${session}`, ...more]);
      return [credential, notes];
    };
    const note = expect.stringMatching(/us-demo-us is used.*--live/);
    expect(local("us-0123456789abcdef")).toEqual(["us-demo-us", [note]]);
    expect(local("us-demo-us-a,us-0123456789abcdef")).toEqual(["us-demo-us", [note]]);
    for (const demo of ["us-demo-us-a, sg-demo-sg", "ark-ap-demo-key-ap-simulator"]) {
      expect(local(demo)).toEqual([demo, []]);
    }
    expect(local("us-0123456789abcdef", "--live")).toEqual(["us-0123456789abcdef", []]);
  });

  it.each(["http://a/v1", "http://a/v1/", "http://a/openai/v1", "http://a/"])(
    "--url %s is the server at its root",
    (url) => {
      expect(read(["--url", url]).url).toBe("http://a");
    },
  );

  it.each([
    [["two.txt"], /One file at a time/],
    [["--out="], /--out needs a value/],
    [["--url=ftp://a"], /--url must be/],
    [["--url=http://user:pass@a"], /--url must be/],
    [["--url=localhost:22410"], /write http:\/\/localhost:22410\./],
    [["--url=127.0.0.1:8787/x"], /write http:\/\/127\.0\.0\.1:8787\/x\./],
    [["--url=user:secret@a.example"], /^(?!.*secret).*write http/],
    [["--live"], /belongs to --local/],
    [["--local", "--url=http://a"], /exclude each other/],
    [["--cancel", "--retry-failed"], /exclude each other/],
    [["--cancel", "--new-session"], /excludes --new-session/],
    [["--set=n"], /FIELD=VALUE, not "n"/],
    [["--set=custom_id=a"], /custom_id/],
    [["--set=modl=a"], /--set modl: .* Did you mean model\?/],
    [["--set=foo=a"], /--set foo: .* \/docs/],
    [["--random=0"], /1 to 10000, not "0"/],
    [["--random=10001"], /1 to 10000/],
    [["--bogus"], /Unknown option '--bogus'/],
  ])("%j is refused", (args, message) => {
    expect(() => read(args)).toThrow(UsageError);
    expect(() => read(args)).toThrow(message);
  });

  it("without file or session it says what to give", () => {
    expect(() => flags.read([], {})).toThrow(/Name the file/);
    expect(() => flags.read(["p.txt"], {})).toThrow(/DREAMINA_SESSION/);
  });

  it.each(["us-secret\nx", "us secret", "us-sécret"])(
    "a session that cannot be sent is refused and not shown",
    (session) => {
      expect(() => read(["--session", session])).toThrow(/^(?!.*s.?cret).*characters that no session has/s);
    },
  );

  it("a flag that npm kept for itself is refused with the right command", () => {
    expect(() => read([], { npm_config_out: "x" })).toThrow("npm run batch -- --out");
  });

  it("the package has no --local and says where it is", () => {
    expect(() => packaged.read(["p.txt", "--local"], {})).toThrow(/clone of the project/);
    expect(packaged.usage).not.toMatch(/--local |--live /);
    expect(flags.usage).toMatch(/--local [\s\S]*--live /);
  });

  it("wrong flags have the exit code 2", () => {
    expect(flags.usageExitCode).toBe(2);
  });

  it("help needs neither file nor session", () => {
    expect(flags.read(["--help"], {}).help).toBe(true);
  });
});
