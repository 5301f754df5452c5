import { describe, expect, it } from "vitest";
import { reasonIn } from "#scripts/test/browser-fetch.ts";
import { findOrFetch } from "#scripts/test/browser-find.ts";

/**
 * A machine where the files in `there` exist and those in `working` start.
 * `ways`: what each way to fetch a browser does to it, and says.
 */
type TestWay = { how: string; failure?: string; brings?: string[]; repairs?: string[] };
type TestMachine = { there?: string[]; working?: string[]; ways?: TestWay[]; env?: Record<string, string> };

function machine({ there = [], working = [], ways = [], env = {} }: TestMachine) {
  const said: string[] = [];
  const taken: string[] = [];
  async function* waysToFetch() {
    for (const { how, failure, brings = [], repairs = [] } of ways) {
      taken.push(how);
      there.push(...brings);
      working.push(...brings, ...repairs);
      yield { how, failure };
    }
  }
  const tryOut = async (place: string) => {
    if (working.includes(place)) return "Chromium 1";
    throw new Error(
      "browserType.launch: Failed to launch the browser process.\nCall log:\n- [pid=1][err] libnss3.so is missing",
    );
  };
  return {
    said,
    taken,
    run: () =>
      findOrFetch({
        wanted: { name: "Chrome", variable: "CHROME_PATH" },
        env,
        say: (line: string) => said.push(line),
        places: () => there,
        tryOut,
        waysToFetch,
      }),
  };
}

describe("the browser of the browser tests", () => {
  it("the first browser that starts is taken, and one line names it", async () => {
    const { said, taken, run } = machine({ there: ["/broken", "/good", "/better"], working: ["/good", "/better"] });
    expect(await run()).toBe("/good");
    expect(said).toEqual(["Browser: Chromium 1 (/good)"]);
    expect(taken).toEqual([]);
  });

  it("a missing browser is fetched by the first way that works", async () => {
    const ways = [
      { how: "download", failure: "download failed (no network)" },
      { how: "packages", brings: ["/usr/bin/chromium"] },
      { how: "never", brings: ["/never"] },
    ];
    const { said, taken, run } = machine({ ways });
    expect(await run()).toBe("/usr/bin/chromium");
    expect(taken).toEqual(["download", "packages"]);
    expect(said.at(-1)).toBe("Browser: Chromium 1 (/usr/bin/chromium), by packages");
  });

  it("a browser that only lacked libraries is taken once they are installed", async () => {
    const { run } = machine({ there: ["/shell"], ways: [{ how: "libraries", repairs: ["/shell"] }] });
    expect(await run()).toBe("/shell");
  });

  it("the failure to get any browser says what to install and what was tried", async () => {
    const ways = [{ how: "download", failure: "download failed (no network)" }, { how: "packages" }];
    const failure = await machine({ there: ["/broken"], ways })
      .run()
      .catch((error) => error.message);
    expect(failure).toContain("need Chrome, and none could be found or fetched. Install one, or set CHROME_PATH");
    expect(failure).toContain("download failed (no network)");
    expect(failure).toContain("packages: /broken does not start (libnss3.so is missing)");
  });

  it("a CHROME_PATH that is no working browser is refused by name, and none is fetched", async () => {
    const ways = [{ how: "download", brings: ["/other"] }];
    const env = { CHROME_PATH: "/my/chrome" };
    const gone = machine({ ways, env });
    await expect(gone.run()).rejects.toThrow("CHROME_PATH is /my/chrome, which is not there.");
    const broken = machine({ there: ["/my/chrome"], ways, env });
    await expect(broken.run()).rejects.toThrow(
      "CHROME_PATH is /my/chrome, which does not start (libnss3.so is missing).",
    );
    expect([...gone.taken, ...broken.taken]).toEqual([]);
  });
});

describe("the reason in a tool's output", () => {
  it.each([
    ["Reading package lists...\nE: Unable to locate package chromium\nhint\n", "E: Unable to locate package chromium"],
    [
      "Downloading\nError: getaddrinfo ENOTFOUND cdn\n    at x\nFailed to install browsers",
      "Error: getaddrinfo ENOTFOUND cdn",
    ],
    ["something else\nlast words\n\n", "last words"],
    ["", undefined],
  ])("the reason of a failure is found in the output %j", (output, reason) => {
    expect(reasonIn(output)).toBe(reason);
  });
});
