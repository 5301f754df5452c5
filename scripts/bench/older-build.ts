/** The sources of a git revision, in a folder of their own, with the packages of the present ones. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeAtExit } from "./remove-at-exit.ts";

const maxArchiveBytes = 2 ** 30;

export type OlderBuild = { folder: string; remove(): void };

/** @throws Error when the revision does not exist. */
export function checkOut(root: string, revision: string): OlderBuild {
  const archive = execFileSync("git", ["archive", "--format=tar", revision], { cwd: root, maxBuffer: maxArchiveBytes });
  const folder = mkdtempSync(path.join(tmpdir(), "bench-against-"));
  const remove = removeAtExit(folder);
  execFileSync("tar", ["x", "-C", folder], { input: archive });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return { folder, remove };
}
