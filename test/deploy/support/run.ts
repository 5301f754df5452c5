/** Runs `npm run deploy` and `npm run destroy` as a person would, against a stand-in and with a folder of their own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { StandIn } from "./stand-in.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const guard = pathToFileURL(path.join(root, "test/deploy/support/outside.mjs")).href;

export type Ran = { code: number | null; output: string };
export type Desk = {
  state: string;
  run: (command: "deploy" | "destroy", args?: string[], env?: Record<string, string>) => Promise<Ran>;
  tidy: () => void;
};

/** A person's desk: a home without a login, a token in the environment, an empty folder for the memory. */
export function aDesk(standIn: StandIn, token: string): Desk {
  const home = mkdtempSync(path.join(tmpdir(), "deploy-test-"));
  const state = path.join(home, "state");
  const usual = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: home,
    TMPDIR: home,
    NODE_OPTIONS: `--import ${guard}`,
    STAND_IN: standIn.url,
    CLOUDFLARE_API_BASE_URL: `${standIn.url}/client/v4`,
    CLOUDFLARE_API_TOKEN: token,
  };
  return {
    state,
    tidy: () => rmSync(home, { recursive: true, force: true }),
    run(command, args = [], more = {}) {
      // The Workers' types make their settings part of every process's environment.
      const env = { ...usual, ...more } as Record<string, string | undefined> as NodeJS.ProcessEnv;
      const script = path.join(root, "scripts/bootstrap/run.mjs");
      return finished(
        spawn(process.execPath, [script, command, "--state", state, ...args], {
          cwd: root,
          stdio: ["ignore", "pipe", "pipe"],
          env,
        }),
      );
    },
  };
}

function finished(child: ReturnType<typeof spawn>): Promise<Ran> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
