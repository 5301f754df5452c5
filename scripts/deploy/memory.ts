/**
 * What this machine remembers of its deployments, in a folder that git ignores: the choices made on the command line, a
 * copy of each SECRET_KEY, and the configurations that were deployed. All but the key's copy can be lost without harm.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writePrivate } from "#scripts/start/dev-vars.ts";
import type { Plan } from "./plans.ts";

type Last = { accountId?: string; name?: string };
/** The choices made on the command line; a choice never made is undefined. */
export type Choices = { plan?: Plan; imagesDomain?: string | null };
export type Memory = ReturnType<typeof openMemory>;

/** Account and name of the last deployment. */
export const recallLast = (folder: string): Last => readJson(path.join(folder, "last.json"));

/** @param folder of all deployments */
export function openMemory(folder: string, { accountId, name }: { accountId: string; name: string }) {
  const own = path.join(folder, accountId, name);
  const choicesFile = path.join(own, "choices.json");
  const keyFile = path.join(own, "secret-key");
  const nextKeyFile = path.join(own, "secret-key.next");
  const writeKey = (file: string, key: string) => {
    mkdirSync(own, { recursive: true });
    writePrivate(file, `${key}\n`);
  };
  return {
    folder: own,
    keyFile,
    choices: (): Choices => readJson(choicesFile),
    key: () => readText(keyFile),
    /** That of a renewal which is not known to have reached both Workers. */
    nextKey: () => readText(nextKeyFile),
    keepChoices(choices: Choices): void {
      mkdirSync(own, { recursive: true });
      writeJson(choicesFile, choices);
      writeJson(path.join(folder, "last.json"), { accountId, name });
    },
    keepKey: (key: string) => writeKey(keyFile, key),
    keepNextKey: (key: string) => writeKey(nextKeyFile, key),
    /** Both Workers have it. */
    settleKey(): void {
      if (existsSync(nextKeyFile)) renameSync(nextKeyFile, keyFile);
    },
    forget(): void {
      rmSync(own, { recursive: true, force: true });
      const { accountId: lastAccount, name: lastName } = recallLast(folder);
      if (lastAccount === accountId && lastName === name) rmSync(path.join(folder, "last.json"), { force: true });
    },
  };
}

const readText = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined);

function readJson(file: string): object {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {}; // cut short by a crash: the account has the same choices
  }
}

const writeJson = (file: string, value: unknown) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
