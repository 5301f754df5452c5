/**
 * One deployment: the account, the names on it and the memory of this machine. `npm run deploy` and `npm run destroy`
 * both begin with it. Reads only.
 */
import path from "node:path";
import type { SharedFlags } from "#scripts/bootstrap/deploy-flags.mjs";
import { lookAtAccount } from "#scripts/cloudflare/account.ts";
import { asLoggedIn, chooseAccount, logIn } from "#scripts/cloudflare/login.ts";
import { wrangler } from "#scripts/wrangler/commands.ts";
import { readWranglerFile } from "#scripts/wrangler/file.ts";
import { openMemory, recallLast } from "./memory.ts";
import { type Configs, DEFAULT_NAME, namesIn, renamed, type WorkerName } from "./wanted.ts";

/** @throws Error without a login or a wrangler file cannot be read */
export async function openDeployment(root: string, { state, name }: SharedFlags) {
  const folder = path.resolve(root, state);
  const files = readWranglerFiles(root);
  const api = await logIn();
  const last = recallLast(folder);
  const account = await chooseAccount(api, {
    wanted: process.env.CLOUDFLARE_ACCOUNT_ID || files.api.account_id,
    remembered: last.accountId,
  });
  const chosen = name ?? last.name ?? DEFAULT_NAME;
  const own: Configs = { api: renamed(files.api, chosen), consumer: renamed(files.consumer, chosen) };
  const names = namesIn(own);
  return {
    api,
    account,
    own,
    names,
    memory: openMemory(folder, { accountId: account.id, name: chosen }),
    look: () => asLoggedIn(() => lookAtAccount(api, account.id, names)),
    /** Without a configuration, so that no file of the project decides where it goes. */
    run: (args: string[]) => wrangler(args, { env: { CLOUDFLARE_ACCOUNT_ID: account.id } }),
  };
}

export type Deployment = Awaited<ReturnType<typeof openDeployment>>;

function readWranglerFiles(root: string): Configs {
  const read = (worker: WorkerName) => readWranglerFile(path.join(root, `wrangler.${worker}.toml`));
  return { api: read("api"), consumer: read("consumer") };
}
