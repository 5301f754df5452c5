// One deployment: the account, the names on it and what is remembered of it. What `npm run deploy` and `npm run destroy`
// both begin with. Reads only.

import path from "node:path";
import { lookAtAccount } from "#scripts/cloudflare/account.mjs";
import { wrangler } from "#scripts/cloudflare/commands.mjs";
import { asLoggedIn, chooseAccount, logIn } from "#scripts/cloudflare/login.mjs";
import { readWranglerFile } from "#scripts/wrangler/file.mjs";
import { openMemory, recallLast } from "./memory.mjs";
import { DEFAULT_NAME, namesIn, renamed } from "./wanted.mjs";

export async function openDeployment(root, { state, name }) {
  const folder = path.resolve(root, state);
  const files = readWranglerFiles(root);
  const api = await logIn();
  const last = recallLast(folder);
  const account = await chooseAccount(api, {
    wanted: process.env.CLOUDFLARE_ACCOUNT_ID || files.api.account_id,
    remembered: last.accountId,
  });
  const chosen = name ?? last.name ?? DEFAULT_NAME;
  const own = { api: renamed(files.api, chosen), consumer: renamed(files.consumer, chosen) };
  const names = namesIn(own);
  return {
    api,
    account,
    own,
    names,
    memory: openMemory(folder, { accountId: account.id, name: chosen }),
    look: () => asLoggedIn(() => lookAtAccount(api, account.id, names)),
    /** Without a configuration, so that no file of the project decides where it goes. */
    run: (args) => wrangler(args, { env: { CLOUDFLARE_ACCOUNT_ID: account.id } }),
  };
}

function readWranglerFiles(root) {
  const read = (worker) => readWranglerFile(path.join(root, `wrangler.${worker}.toml`));
  return { api: read("api"), consumer: read("consumer") };
}
